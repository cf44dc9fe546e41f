# Virtual machines of the cluster on Proxmox VE.
# Credentials come from TF_VAR_proxmox_username and TF_VAR_proxmox_password.

proxmox_endpoints = {
  alder = "https://192.0.2.2:8006"
  birch = "https://192.0.2.3:8006"
  cedar = "https://192.0.2.4:8006"
  rowan = "https://192.0.2.5:8006"
}

# Talos image: ids of the schematics in ../talos/schematics
talos_version        = "v1.12.4"
talos_schematic_base = "fd348d98739b8a67b5ec9688914440959ef2446e2ad5cafdd839c9c356e40149"
talos_schematic_gpu  = "b0d01f6d48426e511ebbbfa8f10183e2a078f112810f24c3e4cfb603896d85d8"

# Cluster network, untagged on the bridge
network_bridge  = "vmbr0"
network_gateway = "192.0.2.1"
network_netmask = "255.255.255.0" # /24

vm_storage_pool = "vm-nvme"
cpu_type        = "host"

# Sizes, by role
controlplane_cpu_cores    = 2
controlplane_cpu_sockets  = 2 # 4 vCPU
controlplane_memory_mb    = 8192
controlplane_disk_size_gb = 40

worker_cpu_cores    = 6
worker_cpu_sockets  = 1
worker_memory_mb    = 24576
worker_disk_size_gb = 80

gpu_worker_cpu_cores    = 8
gpu_worker_cpu_sockets  = 1
gpu_worker_memory_mb    = 49152
gpu_worker_disk_size_gb = 120

# Second disk of the workers, given to Ceph
ceph_disk_size_gb = 400

control_nodes = [
  {
    name         = "lantern-ctrl-1"
    hostname     = "lantern-ctrl-1"
    ip_address   = "192.0.2.11"
    mac_addr     = "02:00:5E:10:00:0B"
    vm_id        = 711
    proxmox_node = "alder"
  },
  {
    name         = "lantern-ctrl-2"
    hostname     = "lantern-ctrl-2"
    ip_address   = "192.0.2.12"
    mac_addr     = "02:00:5E:10:00:0C"
    vm_id        = 712
    proxmox_node = "birch"
  },
  {
    name         = "lantern-ctrl-3"
    hostname     = "lantern-ctrl-3"
    ip_address   = "192.0.2.13"
    mac_addr     = "02:00:5E:10:00:0D"
    vm_id        = 713
    proxmox_node = "cedar"
  },
]

# VLAN 30 is IoT, VLAN 40 is DMZ.
worker_nodes = [
  {
    name         = "lantern-work-1"
    hostname     = "lantern-work-1"
    ip_address   = "192.0.2.21"
    mac_addr     = "02:00:5E:10:00:15"
    vm_id        = 721
    proxmox_node = "alder"
    is_gpu       = false
    gpu_model    = ""
    gpu_mapping  = ""
    additional_network_devices = [
      {
        bridge  = "vmbr0"
        vlan_id = 30
        model   = "virtio"
      },
      {
        bridge  = "vmbr0"
        vlan_id = 40
        model   = "virtio"
      }
    ]
  },
  {
    name         = "lantern-work-2"
    hostname     = "lantern-work-2"
    ip_address   = "192.0.2.22"
    mac_addr     = "02:00:5E:10:00:16"
    vm_id        = 722
    proxmox_node = "birch"
    is_gpu       = false
    gpu_model    = ""
    gpu_mapping  = ""
    additional_network_devices = [
      {
        bridge  = "vmbr0"
        vlan_id = 30
        model   = "virtio"
      },
      {
        bridge  = "vmbr0"
        vlan_id = 40
        model   = "virtio"
      }
    ]
  },
  {
    name         = "lantern-work-3"
    hostname     = "lantern-work-3"
    ip_address   = "192.0.2.23"
    mac_addr     = "02:00:5E:10:00:17"
    vm_id        = 723
    proxmox_node = "cedar"
    is_gpu       = true
    gpu_model    = "T1000"
    gpu_mapping  = "cedar-t1000"
    additional_network_devices = [
      {
        bridge  = "vmbr0"
        vlan_id = 30
        model   = "virtio"
      },
      {
        bridge  = "vmbr0"
        vlan_id = 40
        model   = "virtio"
      }
    ]
  },
  {
    name         = "lantern-work-4"
    hostname     = "lantern-work-4"
    ip_address   = "192.0.2.24"
    mac_addr     = "02:00:5E:10:00:18"
    vm_id        = 724
    proxmox_node = "rowan"
    is_gpu       = true
    gpu_model    = "RTX A4000"
    gpu_mapping  = "rowan-a4000"
    additional_network_devices = [
      {
        bridge  = "vmbr0"
        vlan_id = 30
        model   = "virtio"
      },
      {
        bridge  = "vmbr0"
        vlan_id = 40
        model   = "virtio"
      }
    ]
  },
  {
    name         = "lantern-work-5"
    hostname     = "lantern-work-5"
    ip_address   = "192.0.2.25"
    mac_addr     = "02:00:5E:10:00:19"
    vm_id        = 725
    proxmox_node = "alder"
    is_gpu       = false
    gpu_model    = ""
    gpu_mapping  = ""
    additional_network_devices = [
      {
        bridge  = "vmbr0"
        vlan_id = 30
        model   = "virtio"
      },
      {
        bridge  = "vmbr0"
        vlan_id = 40
        model   = "virtio"
      }
    ]
  },
  {
    name         = "lantern-work-6"
    hostname     = "lantern-work-6"
    ip_address   = "192.0.2.26"
    mac_addr     = "02:00:5E:10:00:1A"
    vm_id        = 726
    proxmox_node = "rowan"
    is_gpu       = false
    gpu_model    = ""
    gpu_mapping  = ""
    additional_network_devices = [
      {
        bridge  = "vmbr0"
        vlan_id = 30
        model   = "virtio"
      },
      {
        bridge  = "vmbr0"
        vlan_id = 40
        model   = "virtio"
      }
    ]
  },
]
