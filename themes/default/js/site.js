// What each page does beyond showing itself. A page is complete without it.
