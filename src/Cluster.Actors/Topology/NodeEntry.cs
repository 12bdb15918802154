using Cluster.Actors.Wire;

namespace Cluster.Actors.Topology;

/// <summary>
/// One node as the cluster knows it. <see cref="Id"/> never changes and is never used again; name and addresses follow the
/// node's own announcement.
/// </summary>
/// <param name="Id">The UUID in the node's data folder.</param>
/// <param name="Name">Unique among live nodes. A dead node's name passes to a newcomer; the old entry becomes <c>name~id8</c>.</param>
/// <param name="Remote">Full Akka address, as peers write it.</param>
/// <param name="Resp">host:port for clients.</param>
/// <param name="Http">host:port.</param>
/// <param name="Region">May be empty.</param>
public sealed record NodeEntry(Guid Id, string Name, string Remote, string Resp, string Http, string Region)
{
    /// <summary>The name under which an entry is listed once a newcomer has taken its name.</summary>
    public NodeEntry Displaced() => this with { Name = $"{Name}~{Id.ToString("N")[..8]}" };

    internal void Write(WireWriter to)
    {
        to.Guid(Id);
        to.Text(Name);
        to.Text(Remote);
        to.Text(Resp);
        to.Text(Http);
        to.Text(Region);
    }

    internal static NodeEntry Read(ref WireReader from) => new(
        from.Guid(), from.Text(), from.Text(), from.Text(), from.Text(), from.Text());
}
