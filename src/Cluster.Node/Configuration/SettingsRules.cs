using System.Net;
using System.Text.RegularExpressions;
using Cluster.Actors.Shards.Core;
using Cluster.Storage.Time;

namespace Cluster.Node.Configuration;

/// <summary>What the settings must fulfil together, beyond the range of each.</summary>
internal static partial class SettingsRules
{
    public static void Check(ClusterSettings settings, List<string> warnings)
    {
        Require(NamePattern().IsMatch(settings.Name), $"cluster.name: expected letters, digits and '-', beginning with a letter or digit, got '{settings.Name}'");
        Require(NodeNamePattern().IsMatch(settings.NodeName), $"cluster.node-name: expected letters, digits, '.', '_' and '-', got '{settings.NodeName}'");
        Require(!settings.Region.Any(char.IsWhiteSpace), $"cluster.region: expected a text without blanks, got '{settings.Region}'");
        Require(settings.WriteTimeout > settings.ElectionTimeout,
            $"cluster.write-timeout: expected more than cluster.election-timeout ({settings.ElectionTimeout.TotalMilliseconds}ms), got {settings.WriteTimeout.TotalMilliseconds}ms");
        Require(settings.Reads == ReadMode.Quorum || BootClock.Instance is not null,
            "cluster.reads = lease: refused, since this system has no clock that runs while the machine sleeps (CLOCK_BOOTTIME); use quorum");
        Require(settings.FreeBytesHigh >= settings.FreeBytesLow,
            $"cluster.free-bytes-high: expected at least cluster.free-bytes-low ({settings.FreeBytesLow} bytes), got {settings.FreeBytesHigh} bytes");
        Require(settings.BootstrapExpect <= 1 || settings.SeedNodes.Length > 0,
            $"cluster.bootstrap-expect = {settings.BootstrapExpect} needs akka.cluster.seed-nodes: the nodes have to find each other");
        Require(settings.BootstrapExpect > 0 || settings.SeedNodes.Length > 0,
            "cluster.bootstrap-expect = 0 needs akka.cluster.seed-nodes: a node that only joins has to know whom");
        foreach (string seed in settings.SeedNodes) CheckSeed(seed, settings.Name);
        CheckEndpoint("cluster.resp.host", settings.Resp.Host);
        CheckEndpoint("cluster.http.host", settings.Http.Host);
        CheckEndpoint("akka.remote.dot-netty.tcp.hostname", settings.Remoting.Host);
        CheckPorts(settings);
        CheckExposure(settings, warnings);
    }

    private static void CheckSeed(string seed, string name)
    {
        var match = SeedPattern().Match(seed);
        Require(match.Success && int.TryParse(match.Groups["port"].ValueSpan, out int port) && port is > 0 and < 65536,
            $"akka.cluster.seed-nodes: expected \"akka.tcp://{name}@HOST:PORT\", got '{seed}'");
        Require(match.Groups["system"].Value == name,
            $"akka.cluster.seed-nodes: '{seed}' is of a cluster named '{match.Groups["system"].Value}', but cluster.name is '{name}'");
    }

    private static void CheckEndpoint(string key, string host) => Require(host.Length > 0, $"{key}: expected an address, got ''");

    private static void CheckPorts(ClusterSettings settings)
    {
        (string Key, Endpoint Endpoint)[] all =
            [("cluster.resp.port", settings.Resp), ("cluster.http.port", settings.Http), ("akka.remote.dot-netty.tcp.port", settings.Remoting)];
        for (int i = 0; i < all.Length; i++)
            for (int j = i + 1; j < all.Length; j++)
                Require(all[i].Endpoint.Port == 0 || all[i].Endpoint.Port != all[j].Endpoint.Port,
                    $"{all[i].Key} and {all[j].Key} are both {all[i].Endpoint.Port}");
        Require(!IsAny(settings.Resp.Host) || settings.RespAnnounced.Host.Length > 0,
            $"cluster.resp.host = {settings.Resp.Host} needs cluster.resp.announce-host: the address at which clients reach this node");
        Require(!IsAny(settings.Remoting.Host), $"akka.remote.dot-netty.tcp.hostname: expected the address at which other nodes reach this one, got '{settings.Remoting.Host}'");
    }

    /// <summary>Nothing identifies a caller yet, so what changes the cluster or shows its insides stays on this machine.</summary>
    private static void CheckExposure(ClusterSettings settings, List<string> warnings)
    {
        (string Key, string Host)[] guarded = [("akka.remote.dot-netty.tcp.hostname", settings.Remoting.Host), ("cluster.http.host", settings.Http.Host)];
        foreach (var (key, host) in guarded)
        {
            if (IsLoopback(host)) continue;
            Require(settings.AllowInsecure,
                $"{key} = {host}: refused, since anyone on that network could act as a node; use a loopback address, or set cluster.allow-insecure = on");
        }

        if (settings.AllowInsecure) warnings.Add("cluster.allow-insecure is on: remoting and HTTP serve whoever reaches them, and nothing identifies the caller");
        if (!IsLoopback(settings.Resp.Host)) warnings.Add($"cluster.resp.host = {settings.Resp.Host}: any client on that network may read and write");
    }

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool IsAny(string host) => IPAddress.TryParse(host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    private static void Require(bool holds, string message)
    {
        if (!holds) throw new SettingsException(message);
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]*$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9._-]*$")]
    private static partial Regex NodeNamePattern();

    [GeneratedRegex("^akka(\\.ssl)?\\.tcp://(?<system>[^@]+)@(?<host>.+):(?<port>[0-9]+)$")]
    private static partial Regex SeedPattern();
}
