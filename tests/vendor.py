"""The vendor's own procedure, written anew from its description, to be held beside ours.

Of all pods take those whose platform version is 1.0.0, null or empty; of these those whose node name starts with
virtual-kubelet; print four columns. Like the original it ends at the first pod without a node, and prints the word
null for an instance id that is not there.
"""

JQ_PROGRAM = """
.items[]
| .metadata.annotations["k8s.aliyun.com/eci-platform-version"] as $version
| select($version == "1.0.0" or $version == null or $version == "")
| select(.spec.nodeName | startswith("virtual-kubelet"))
| (.metadata.annotations["k8s.aliyun.com/eci-instance-id"] | tostring) as $instance
| [.metadata.namespace, .metadata.name, $version // "", $instance]
| join(",")
"""
