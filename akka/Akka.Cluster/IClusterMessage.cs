namespace Akka.Cluster;

/// <summary>What cluster nodes say to each other; has the cluster's own serializer.</summary>
public interface IClusterMessage
{
}
