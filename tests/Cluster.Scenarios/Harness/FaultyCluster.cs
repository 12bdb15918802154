namespace Cluster.Scenarios.Harness;

/// <summary>
/// Nodes each on a host of its own, on networks that can be cut, one of them (the last) on a disk that can hang or be full. Configured as shipped, but for what is
/// given.
/// </summary>
internal sealed class FaultyCluster : NodeGroup
{
    private const int RespPort = 7379, HttpPort = 8379, RemotingPort = 4053;

    /// <summary>Several times what the log's files and the reserve take.</summary>
    private const long DiskBytes = 3L << 30;

    private readonly Folder _folder = new();

    public FaultyCluster(int nodes, params string[] definitions)
    {
        Network = new Network(nodes);
        string seeds = string.Join(", ", Enumerable.Range(0, nodes).Select(place => $"\"akka.tcp://cluster@{Network[place].Address}:{RemotingPort}\""));
        Disk = new SmallDisk(FolderOf(nodes - 1), DiskBytes);
        All = [.. Enumerable.Range(0, nodes).Select(place => new Member(
            Network[place], $"node-{place + 1}", place == nodes - 1 ? Path.Combine(Disk.Folder, "data") : FolderOf(place), RemotingPort,
            [$"akka.cluster.seed-nodes=[{seeds}]", $"cluster.bootstrap-expect={nodes}", .. definitions], RespPort, HttpPort))];
    }

    public Network Network { get; }

    public SmallDisk Disk { get; }

    public Member OnDisk => All[^1];

    public int PlaceOf(Member node) => Array.IndexOf(All, node);

    public int[] PlacesExcept(params int[] places) => [.. Enumerable.Range(0, All.Length).Except(places)];

    /// <summary>Leaves the data folders and complete logs behind.</summary>
    /// <returns>Where.</returns>
    public string Keep()
    {
        _folder.Keep = true;
        foreach (var node in All) node.Log.WriteTo(Path.Combine(_folder.Path, node.Name + ".log"));
        return _folder.Path;
    }

    /// <summary>Ends every fault and brings back whoever is missing; the cluster need not be whole yet.</summary>
    public async Task EndFaultsAsync()
    {
        Disk.Thaw();
        Disk.Empty();
        Network.Heal();
        foreach (var node in All)
            if (node.Process is { Runs: true, IsStopped: true } stopped) stopped.Send(Signal.Continue);
        await Task.WhenAll(All.Where(node => node.IsMissing).Select(async node =>
        {
            await node.Process!.ExitCodeAsync();
            await node.StartAsync();
        }));
        foreach (var node in All)
            if (!node.Runs) throw new InvalidOperationException($"{node.Name} ended by itself: {string.Join('\n', node.Process!.Errors.TakeLast(5))}");
    }

    public override void Dispose()
    {
        Disk.Thaw(); // or the process on it could not end
        base.Dispose();
        if (_folder.Keep) Shell.Try("cp", "-r", Path.Combine(Disk.Folder, "data"), Path.Combine(_folder.Path, "data-of-" + OnDisk.Name));
        Disk.Dispose();
        Network.Dispose();
        _folder.Dispose();
    }

    private string FolderOf(int place) => Path.Combine(_folder.Path, $"node-{place + 1}");
}
