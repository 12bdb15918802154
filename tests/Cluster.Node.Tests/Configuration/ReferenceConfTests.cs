using Cluster.Node.Configuration;
using Xunit;

namespace Cluster.Node.Tests.Configuration;

/// <summary>Holds hocon/reference.conf against the code.</summary>
public class ReferenceConfTests
{
    [Fact]
    public void Every_key_of_the_cluster_is_read_and_every_key_that_is_read_is_there()
    {
        SettingsLoader.Load([], [], null, out var read);
        var keys = KeyPaths.Of(SettingsLoader.Reference).ToHashSet();
        Assert.DoesNotContain(keys, key => key.StartsWith("cluster.", StringComparison.Ordinal) && !read.Contains(key));
        Assert.DoesNotContain(read, key => !keys.Contains(key));
    }

    [Fact]
    public void Every_setting_has_a_key()
    {
        // Settings that are read from keys of another name.
        var renamed = new Dictionary<string, string> { ["RespAnnounced"] = "resp.announce-host", ["Remoting"] = "", ["SeedNodes"] = "", ["Resp"] = "resp.host", ["Http"] = "http.host", ["Merge"] = "merge.garbage-percent" };
        var keys = KeyPaths.Of(SettingsLoader.Reference).ToHashSet();
        foreach (var property in typeof(ClusterSettings).GetProperties().Where(property => property.Name != "EqualityContract"))
        {
            string key = renamed.TryGetValue(property.Name, out string? other) ? other : Kebab(property.Name);
            if (key.Length > 0) Assert.Contains("cluster." + key, keys);
        }
    }

    [Fact]
    public void Every_key_is_explained_by_a_comment_right_above_it()
    {
        string[] lines = File.ReadAllLines(Repository.Path("hocon", "reference.conf"));
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.StartsWith('#') || !line.Contains('=')) continue;
            Assert.True(lines[i - 1].TrimStart().StartsWith('#'), $"line {i + 1} has no comment: {line}");
        }
    }

    [Fact]
    public void Every_Akka_key_of_the_reference_is_one_of_Akka()
    {
        var unknown = KeyPaths.Of(SettingsLoader.Reference).Where(key => key.StartsWith("akka.", StringComparison.Ordinal) && !AkkaKeys.IsKnown(key));
        Assert.Empty(unknown);
    }

    private static string Kebab(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
