"""Renders the Helm chart with Helm's own code, and holds its manifests against the schemas of Kubernetes.

    python3 deploy/check/chart.py PROGRAM

PROGRAM is `rackbook`, which checks the configurations that the chart makes. Needs helm-python-sdk,
kubernetes-validate and PyYAML. What custom resources hold (HTTPRoute, ServiceMonitor) is checked for
single fields only: their schemas are not part of Kubernetes.
"""

import pathlib
import subprocess
import sys
import tempfile

import helm_python
import kubernetes_validate
import yaml

CHART = pathlib.Path(__file__).parent.parent / "chart"
CUSTOM = {"HTTPRoute", "ServiceMonitor"}
VERSIONS = ["1.30", "1.34"]
DIGEST = "sha256:" + "0" * 64


def rendered(chart, values):
    """Manifests by kind."""
    texts = chart.render(values=values, name="kromgo", namespace="observability")
    found = {}
    for path, text in texts.items():
        if path.endswith("NOTES.txt"):
            continue
        for manifest in yaml.safe_load_all(text):
            if manifest:
                found.setdefault(manifest["kind"], []).append(manifest)
    return found


def validate(manifests):
    for kind, several in manifests.items():
        for manifest in several:
            assert manifest["metadata"]["namespace"] == "observability", (kind, manifest)
            for version in VERSIONS:
                if kind not in CUSTOM:
                    kubernetes_validate.validate(manifest, version, strict=True)


def check_config(program, manifests):
    """The program accepts the configuration that pods get."""
    text = manifests["ConfigMap"][0]["data"]["config.yaml"]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "config.yaml"
        path.write_text(text, encoding="utf-8")
        ran = subprocess.run([program, "badges", "check", "--config", path], capture_output=True, text=True)
        assert ran.returncode == 0, text + ran.stdout + ran.stderr
    return yaml.safe_load(text)


def plain(chart, program):
    manifests = rendered(chart, {})
    validate(manifests)
    assert set(manifests) == {"ConfigMap", "Deployment", "Pod", "Service", "ServiceAccount"}, set(manifests)
    config = check_config(program, manifests)
    assert config["prometheus"] == "http://prometheus-operated.observability.svc.cluster.local:9090", config
    deployment = manifests["Deployment"][0]
    assert deployment["metadata"]["name"] == "kromgo-rackbook"
    pod = deployment["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert container["image"] == "ghcr.io/rackbook/rackbook:" + chart.metadata["appVersion"], container
    # What the restricted Pod Security Standard asks for, and a file system that cannot be written.
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 65532
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    security = container["securityContext"]
    assert security["readOnlyRootFilesystem"] is True and security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert pod["automountServiceAccountToken"] is False
    # The folder is mounted, so that a change is seen.
    assert "subPath" not in container["volumeMounts"][0]
    ports = {port["name"]: port["port"] for port in manifests["Service"][0]["spec"]["ports"]}
    assert ports == {"http": 8080, "metrics": 8081}, ports


def everything(chart, program):
    values = {
        "replicaCount": 2,
        "image": {"digest": DIGEST},
        "config": "badges:\n  - {id: one, query: 'up{job=\"{{ .Release.Name }}\"}'}\n",
        "server": {"queryTimeout": "10s", "readTimeout": "0", "writeTimeout": "1m", "logging": True,
                   "extraEnv": [{"name": "TZ", "value": "Europe/Berlin"}]},
        "secret": {"prometheusUrl": "https://user:password@prometheus.example.com"},
        "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
        "ingress": {"enabled": True, "className": "nginx",
                    "tls": [{"hosts": ["badges.example.com"], "secretName": "badges"}]},
        "httpRoute": {"enabled": True, "hostnames": ["{{ .Release.Name }}.example.com"],
                      "parentRefs": [{"name": "external", "namespace": "network", "sectionName": "https"}],
                      "additionalRules": [{"backendRefs": [{"name": "other", "port": 80}],
                                           "matches": [{"path": {"type": "Exact", "value": "/other"}}]}]},
        "podDisruptionBudget": {"enabled": True},
        "networkPolicy": {"enabled": True,
                          "from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "network"}}}],
                          "egress": [{"to": [{"podSelector": {}}], "ports": [{"port": 9090, "protocol": "TCP"}]}]},
        "startupProbe": {"httpGet": {"path": "/healthz", "port": "http"}},
        "priorityClassName": "low", "nodeSelector": {"kubernetes.io/arch": "amd64"},
        "tolerations": [{"operator": "Exists"}], "podLabels": {"egress": "prometheus"},
        "imagePullSecrets": [{"name": "registry"}],
    }
    manifests = rendered(chart, values)
    validate(manifests)
    check_config(program, manifests)
    wanted = {"ConfigMap", "Deployment", "HTTPRoute", "Ingress", "NetworkPolicy", "Pod", "PodDisruptionBudget",
              "Secret", "Service", "ServiceAccount", "ServiceMonitor"}
    assert set(manifests) == wanted, set(manifests) ^ wanted
    spec = manifests["Deployment"][0]["spec"]["template"]["spec"]
    container = spec["containers"][0]
    variables = {one["name"]: one["value"] for one in container["env"]}
    assert container["image"] == "ghcr.io/rackbook/rackbook@" + DIGEST
    assert variables["KROMGO_SERVER_READ_TIMEOUT"] == "0", variables
    assert variables["KROMGO_SERVER_LOGGING"] == "true" and variables["TZ"] == "Europe/Berlin", variables
    assert container["envFrom"] == [{"secretRef": {"name": "kromgo-rackbook"}}]
    assert spec["topologySpreadConstraints"][0]["topologyKey"] == "kubernetes.io/hostname"
    route = manifests["HTTPRoute"][0]["spec"]
    assert route["hostnames"] == ["kromgo.example.com"], route
    assert [rule["backendRefs"][0]["port"] for rule in route["rules"]] == [80, 8080], route
    assert manifests["ServiceMonitor"][0]["spec"]["endpoints"][0]["port"] == "metrics"
    policy = manifests["NetworkPolicy"][0]["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"] and len(policy["egress"]) == 2, policy


def variants(chart, program):
    manifests = rendered(chart, {"existingConfigMap": "mine", "secret": {"existingSecret": "access"},
                                 "serviceAccount": {"create": False}, "metrics": {"enabled": False},
                                 "serviceMonitor": {"enabled": True}, "fullnameOverride": "badges"})
    validate(manifests)
    assert set(manifests) == {"Deployment", "Pod", "Service"}, set(manifests)
    pod = manifests["Deployment"][0]["spec"]["template"]["spec"]
    assert pod["volumes"][0]["configMap"]["name"] == "mine" and pod["serviceAccountName"] == "default"
    assert pod["containers"][0]["envFrom"] == [{"secretRef": {"name": "access"}}]
    assert [port["name"] for port in manifests["Service"][0]["spec"]["ports"]] == ["http"]
    redirect = rendered(chart, {"httpRoute": {"enabled": True, "parentRefs": [{"name": "g"}], "httpsRedirect": True}})
    rules = redirect["HTTPRoute"][0]["spec"]["rules"]
    assert len(rules) == 1 and "backendRefs" not in rules[0], rules
    least = rendered(chart, {"podDisruptionBudget": {"enabled": True, "minAvailable": "50%"}})
    validate(least)
    budget = least["PodDisruptionBudget"][0]["spec"]
    assert budget["minAvailable"] == "50%" and "maxUnavailable" not in budget, budget


def refused(chart):
    for values in [{"replicas": 2}, {"image": {"digest": "sha256:1"}}, {"server": {"queryTimeout": "soon"}},
                   {"httpRoute": {"enabled": True}}, {"config": 5}]:
        try:
            chart.validate_schema(values)
        except helm_python.HelmError:
            continue
        raise AssertionError(f"{values} is accepted")


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    report = helm_python.lint(str(CHART), strict=True, kube_version="v1.30.0")
    wrong = [message for message in report["messages"] if message["severity"] > 1]
    assert not wrong and not report["errors"], report
    with helm_python.Chart.load(str(CHART)) as chart:
        plain(chart, program)
        everything(chart, program)
        variants(chart, program)
        refused(chart)
    print(f"the chart renders, and its manifests are valid for Kubernetes {' and '.join(VERSIONS)}")


main()
