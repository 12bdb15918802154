using System.Text.RegularExpressions;
using Xunit;

namespace Cluster.Node.Tests;

/// <summary>Imports point down only: Node → Actors → Storage; the replication core knows neither Akka nor files nor clocks.</summary>
public class ArchitectureTests
{
    /// <summary>Beyond the runtime: the client of S3 and the curve of age, which the archive needs.</summary>
    [Fact]
    public void Storage_references_neither_Akka_nor_what_is_above_it() =>
        Assert.DoesNotContain(References(typeof(Storage.Lsn)), name => !IsRuntime(name) && name is not ("AWSSDK.Core" or "AWSSDK.S3" or "BouncyCastle.Crypto"));

    [Fact]
    public void Actors_reference_Storage_and_Akka_only() =>
        Assert.DoesNotContain(References(typeof(Actors.Shards.ShardRouter)), name => !IsRuntime(name) && name is not ("Cluster.Storage" or "Hyperion") && name.Split('.')[0] != "Akka");

    [Fact]
    public void Storage_knows_neither_Akka_nor_Redis()
    {
        foreach (string file in Repository.Sources("src", "Cluster.Storage"))
            Refuse(file, @"\bAkka\b|\bRESP\b|\bRedis\b|\bSystem\.Net\b");
    }

    [Fact]
    public void The_replication_core_knows_neither_Akka_nor_files_nor_clocks()
    {
        foreach (string file in Repository.Sources("src", "Cluster.Actors", "Shards", "Core"))
            Refuse(file, @"\busing Akka|\bIActorRef\b|\bSystem\.IO\b|\bFile\.|\bTimeProvider\b|\bDateTime(Offset)?\b|\bStopwatch\b|\bEnvironment\.|\bRandom\.Shared\b|\bTask\b|\bThread\b|\bShardStore\b|\bShardLog\b");
    }

    [Fact]
    public void The_client_protocol_knows_neither_Akka_nor_Storage()
    {
        foreach (string file in Repository.Sources("src", "Cluster.Node", "Resp"))
            Refuse(file, @"\busing Akka|\busing Cluster\.Storage");
    }

    [Fact]
    public void Nothing_knows_which_Akka_it_runs_on()
    {
        foreach (string file in Repository.Sources("src").Concat(Repository.Sources("tests")))
            Refuse(file, @"^\s*#if\b");
    }

    private static void Refuse(string file, string pattern)
    {
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (line.TrimStart().StartsWith("//", StringComparison.Ordinal)) continue;
            Assert.False(Regex.IsMatch(line, pattern), $"{Path.GetRelativePath(Repository.Root, file)}:{number} must not know this: {line.Trim()}");
        }
    }

    private static IEnumerable<string> References(Type type) => type.Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!);

    private static bool IsRuntime(string name) => name.StartsWith("System.", StringComparison.Ordinal) || name is "System" or "netstandard" or "mscorlib" or "Microsoft.Win32.Primitives";
}
