//! `rackbook serve`: shows the site in a browser, without writing it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use clap::Args;
use tokio::runtime::{Builder, Runtime};

use super::settings::Common;
use super::{Failure, pipeline, report};
use crate::{config, server};

/// Show the site in a browser.
///
/// Serves exactly the files that `build` would write, from memory, and writes nothing. Only this
/// machine can open it unless `--address` says otherwise. Ctrl-C ends it.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,

    /// Address to listen on; 0.0.0.0 lets the whole network in
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    address: IpAddr,

    /// Port to listen on; 0 takes any free one
    #[arg(long, short, value_name = "PORT", default_value_t = 4000)]
    port: u16,
}

const EXAMPLES: &str = "\
Examples:
  rackbook serve                          http://127.0.0.1:4000 for the repository you are in
  rackbook serve --port 8080              Another port
  rackbook serve --address 0.0.0.0        For a phone in the same network
  rackbook serve --repo ../home-ops       Another folder";

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let finished = pipeline::run(&options.common, None)?;
    finished.check()?;
    let base = finished.config.url.as_deref().map_or("/".to_owned(), config::base_path);
    let app = server::app(Arc::new(finished.site_files), &base);
    let runtime = runtime()?;
    let result = runtime.block_on(serve(app, SocketAddr::new(options.address, options.port)));
    runtime.shutdown_background();
    result
}

fn runtime() -> Result<Runtime, Failure> {
    Builder::new_multi_thread().enable_all().build().map_err(|source| Failure::Runtime { source })
}

async fn serve(app: axum::Router, address: SocketAddr) -> Result<(), Failure> {
    let listener = server::listen(address).await?;
    let address = listener.local_addr().unwrap_or(address);
    report::print(&format!("serving http://{address}/ (Ctrl-C ends it)\n"))?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = server::serve(listener, app, async { stopped.await.unwrap_or_default() });
    tokio::select! {
        served = serving => Ok(served?),
        // A second signal does not wait for connections that stay open.
        () = async { asked_to_stop().await; let _ = stop.send(()); asked_to_stop().await } => Ok(()),
    }
}

/// Ctrl-C, or what a service manager sends.
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => _ = tokio::signal::ctrl_c().await,
    }
}
