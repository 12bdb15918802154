using System.Collections.Immutable;
using Akka.Configuration;
using Cluster.Actors.Shards.Core;
using Cluster.Node.Resp;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Node.Configuration;

/// <summary>What the configuration says.</summary>
/// <param name="AkkaConfig">For the ActorSystem: everything, but without the seed nodes, because the node joins by its own rule.</param>
/// <param name="Warnings">One line each, for the log.</param>
public sealed record LoadedSettings(ClusterSettings Settings, Config AkkaConfig, ImmutableArray<string> Warnings);

/// <summary>Puts the layers together, checks every key, and reads the settings.</summary>
public static class SettingsLoader
{
    private const string SeedNodesKey = "akka.cluster.seed-nodes";

    /// <param name="files">Later ones override earlier ones.</param>
    /// <param name="definitions">`key=value`; they override the files, and later ones earlier ones.</param>
    /// <param name="dataDir">Overrides all of them.</param>
    /// <exception cref="SettingsException">With one line for the operator.</exception>
    public static LoadedSettings Load(IReadOnlyList<string> files, IReadOnlyList<string> definitions, string? dataDir) =>
        Load(files, definitions, dataDir, out _);

    internal static Config Reference { get; } = ConfigurationFactory.FromResource("reference.conf", typeof(SettingsLoader).Assembly);

    internal static LoadedSettings Load(
        IReadOnlyList<string> files, IReadOnlyList<string> definitions, string? dataDir, out IReadOnlySet<string> keysRead)
    {
        // The strongest first.
        var layers = new List<ConfigLayer>();
        if (dataDir is not null) layers.Add(new ConfigLayer("--data", ConfigurationFactory.ParseString($"cluster.data-dir = {Definition.Quote(dataDir)}")));
        layers.AddRange(definitions.Select(Definition.Parse).Reverse());
        layers.AddRange(files.Select(ConfigLayer.FromFile).Reverse());

        var warnings = new List<string>();
        foreach (var layer in layers) CheckKeys(layer, warnings);

        var merged = Config.Empty;
        foreach (var layer in layers) merged = merged.SafeWithFallback(layer.Config);
        merged = merged.SafeWithFallback(Reference);

        var reader = new SettingsReader(merged, layers);
        var settings = Read(reader);
        keysRead = reader.KeysRead;
        SettingsRules.Check(settings, warnings);
        var akka = ConfigurationFactory.ParseString($"{SeedNodesKey} = []").WithFallback(merged);
        return new LoadedSettings(settings, akka, [.. warnings]);
    }

    private static ClusterSettings Read(SettingsReader reader)
    {
        // Read by the plugins when they start.
        reader.LeaveToOthers("cluster.persistence");
        var seeds = reader.TextList(SeedNodesKey, "a list of addresses, [\"akka.tcp://NAME@HOST:PORT\", …]");
        return new ClusterSettings
        {
            Name = reader.Text("cluster.name"),
            NodeName = reader.Text("cluster.node-name"),
            DataDir = Folder(reader),
            Region = reader.Text("cluster.region"),
            Shards = reader.Integer("cluster.shards", 1, 1024),
            Replicas = reader.Integer("cluster.replicas", 1, 7),
            BootstrapExpect = BootstrapExpect(reader, seeds.Count),
            CommitPolicy = CommitPolicyOf(reader),
            Reads = reader.Choice("cluster.reads", ("quorum", ReadMode.Quorum), ("lease", ReadMode.Lease)),
            ClockDriftPercent = reader.Integer("cluster.clock-drift-percent", 1, 50),
            MaxStaleness = reader.Duration("cluster.max-staleness", TimeSpan.Zero, TimeSpan.FromHours(1)),
            WriteTimeout = reader.Duration("cluster.write-timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)),
            ElectionTimeout = reader.Duration("cluster.election-timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60)),
            MaxClockSkew = reader.Duration("cluster.max-clock-skew", TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
            DownAfter = reader.Duration("cluster.down-after", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            Fsync = reader.Choice("cluster.fsync", ("always", FsyncMode.Always), ("interval", FsyncMode.Interval), ("os", FsyncMode.Os)),
            SegmentBytes = reader.Size("cluster.segment-bytes", 64 * 1024, 1L << 30),
            Merge = new MergeOptions
            {
                Ratio = reader.Integer("cluster.merge.garbage-percent", 1, 99) / 100.0,
                MinBytes = reader.Size("cluster.merge.min-bytes", 0, 1L << 40),
                BytesPerSecond = reader.Size("cluster.merge.bytes-per-second", 1024, 1L << 40),
            },
            WalKeepBytes = reader.Size("cluster.wal-keep-bytes", 0, 1L << 50),
            FreeBytesLow = reader.Size("cluster.free-bytes-low", 0, 1L << 50),
            FreeBytesHigh = reader.Size("cluster.free-bytes-high", 0, 1L << 50),
            ReserveBytes = reader.Size("cluster.reserve-bytes", 0, 1L << 40),
            Routing = reader.Choice("cluster.routing", ("forward", Routing.Forward), ("redirect", Routing.Redirect)),
            AllowInsecure = reader.Switch("cluster.allow-insecure"),
            Resp = new Endpoint(reader.Text("cluster.resp.host"), reader.Port("cluster.resp.port")),
            RespAnnounced = new Endpoint(reader.Text("cluster.resp.announce-host"), reader.Port("cluster.resp.announce-port")),
            Http = new Endpoint(reader.Text("cluster.http.host"), reader.Port("cluster.http.port")),
            Remoting = new Endpoint(reader.Text("akka.remote.dot-netty.tcp.hostname"), reader.Port("akka.remote.dot-netty.tcp.port")),
            SeedNodes = [.. seeds],
        };
    }

    private static string Folder(SettingsReader reader)
    {
        string folder = reader.Text("cluster.data-dir");
        if (folder.Length == 0) throw reader.Wrong("cluster.data-dir", "a folder");
        return Path.GetFullPath(folder);
    }

    private static WritePolicy CommitPolicyOf(SettingsReader reader)
    {
        const string key = "cluster.commit-policy";
        return WritePolicy.TryParse(reader.Text(key), out var policy) ? policy : throw reader.Wrong(key, "local, ack-n N, quorum, all or regions N");
    }

    private static int BootstrapExpect(SettingsReader reader, int seeds)
    {
        const string key = "cluster.bootstrap-expect";
        if (reader.Text(key) == "auto") return seeds == 0 ? 1 : 0;
        try
        {
            return reader.Integer(key, 0, 100);
        }
        catch (SettingsException)
        {
            throw reader.Wrong(key, "auto or a whole number from 0 to 100");
        }
    }

    private static void CheckKeys(ConfigLayer layer, List<string> warnings)
    {
        foreach (string path in KeyPaths.Of(layer.Config))
        {
            if (path.StartsWith("akka.", StringComparison.Ordinal))
            {
                if (!AkkaKeys.IsKnown(path) && !Reference.HasPath(path))
                    warnings.Add($"{layer.Origin}: {path} is not a key that is known; the nearest is {AkkaKeys.Nearest(path)}");
                continue;
            }

            if (Known.Value.Contains(path)) continue;
            if (Known.Value.FirstOrDefault(known => known.StartsWith(path + ".", StringComparison.Ordinal)) is { } child)
                throw new SettingsException($"{layer.Origin}: {path} is a group of keys, as {child}; it has no value of its own");
            throw new SettingsException($"{layer.Origin}: unknown key {path}; did you mean {EditDistance.Nearest(path, Known.Value)}?");
        }
    }

    private static readonly Lazy<SortedSet<string>> Known = new(() =>
        new SortedSet<string>(KeyPaths.Of(Reference).Where(path => path.StartsWith("cluster.", StringComparison.Ordinal)), StringComparer.Ordinal));
}
