using Cluster.Actors.Shards.Core;
using Cluster.Node.Configuration;
using Cluster.Node.Resp;
using Cluster.Storage.Log;
using Xunit;

namespace Cluster.Node.Tests.Configuration;

public class SettingsTests
{
    [Fact]
    public void Without_any_file_a_node_has_the_values_of_the_reference()
    {
        var settings = Load().Settings;
        Assert.Equal("cluster", settings.Name);
        Assert.Equal(Path.GetFullPath("data"), settings.DataDir);
        Assert.Equal(new Endpoint("127.0.0.1", 7379), settings.Resp);
        Assert.Equal(new Endpoint("127.0.0.1", 8379), settings.Http);
        Assert.Equal(new Endpoint("127.0.0.1", 4053), settings.Remoting);
        Assert.Equal(1, settings.BootstrapExpect);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.WriteTimeout);
        Assert.Equal(WritePolicy.Quorum, settings.CommitPolicy);
        Assert.Equal((FsyncMode.Always, ReadMode.Quorum), (settings.Fsync, settings.Reads));
        Assert.Equal(Routing.Forward, settings.Routing);
        Assert.False(settings.AllowInsecure);
        Assert.Empty(Load().Warnings);
    }

    [Fact]
    public void Later_files_override_earlier_ones_definitions_override_files_and_data_overrides_all()
    {
        using var folder = new TemporaryFolder();
        string first = folder.File("a.conf", "cluster { node-name = a, region = r1, replicas = 1 }\ncluster.data-dir = x");
        string second = folder.File("b.conf", "cluster.node-name = b\ncluster.replicas = 2");
        var settings = SettingsLoader.Load([first, second], ["cluster.replicas=4", "cluster.replicas=5", "cluster.data-dir=y"], "/z").Settings;
        Assert.Equal("b", settings.NodeName);
        Assert.Equal("r1", settings.Region);
        Assert.Equal(5, settings.Replicas);
        Assert.Equal("/z", settings.DataDir);
    }

    [Fact]
    public void Seed_nodes_reach_the_settings_and_never_the_ActorSystem()
    {
        var loaded = Load("akka.cluster.seed-nodes=[\"akka.tcp://cluster@127.0.0.1:4053\", \"akka.tcp://cluster@127.0.0.1:4054\"]");
        Assert.Equal(2, loaded.Settings.SeedNodes.Length);
        Assert.Equal(0, loaded.Settings.BootstrapExpect);
        Assert.Empty(loaded.AkkaConfig.GetStringList("akka.cluster.seed-nodes"));
        Assert.Equal("127.0.0.1", loaded.AkkaConfig.GetString("akka.remote.dot-netty.tcp.hostname"));
    }

    [Theory]
    [InlineData("cluster.nodename=x", "-D cluster.nodename: unknown key cluster.nodename; did you mean cluster.node-name?")]
    [InlineData("cluster.resp.prot=1", "did you mean cluster.resp.port?")]
    [InlineData("cluser.name=1", "did you mean cluster.name?")]
    [InlineData("cluster.resp=1", "is a group of keys")]
    [InlineData("cluster.resp.port=http", "-D cluster.resp.port: expected a whole number from 0 to 65535, got 'http'")]
    [InlineData("cluster.resp.port=[1]", "expected a text, got a list")]
    [InlineData("cluster.shards=0", "cluster.shards: expected a whole number from 1 to 1024, got '0'")]
    [InlineData("cluster.shards=1.5", "expected a whole number")]
    [InlineData("cluster.fsync=never", "expected always or interval or os, got 'never'")]
    [InlineData("cluster.write-timeout=soon", "cluster.write-timeout: expected a duration from 100ms to 600s")]
    [InlineData("cluster.write-timeout=infinite", "cluster.write-timeout: expected a duration")]
    [InlineData("cluster.write-timeout=500ms", "cluster.write-timeout: expected more than cluster.election-timeout (750ms), got 500ms")]
    [InlineData("cluster.free-bytes-high=1MiB", "cluster.free-bytes-high: expected at least")]
    [InlineData("cluster.segment-bytes=64mb", "cluster.segment-bytes: expected a size")]
    [InlineData("cluster.segment-bytes=1", "cluster.segment-bytes: expected a size")]
    [InlineData("cluster.allow-insecure=maybe", "cluster.allow-insecure: expected on or off, got 'maybe'")]
    [InlineData("cluster.bootstrap-expect=3", "cluster.bootstrap-expect = 3 needs akka.cluster.seed-nodes")]
    [InlineData("cluster.bootstrap-expect=two", "expected auto or a whole number from 0 to 100, got 'two'")]
    [InlineData("cluster.name=a_b", "cluster.name: expected letters, digits and '-'")]
    [InlineData("cluster.http.port=7379", "cluster.resp.port and cluster.http.port are both 7379")]
    [InlineData("cluster.http.host=0.0.0.0", "cluster.http.host = 0.0.0.0: refused")]
    [InlineData("akka.remote.dot-netty.tcp.hostname=10.0.0.1", "akka.remote.dot-netty.tcp.hostname = 10.0.0.1: refused")]
    [InlineData("cluster.resp.host=0.0.0.0", "needs cluster.resp.announce-host")]
    [InlineData("akka.cluster.seed-nodes=127.0.0.1", "akka.cluster.seed-nodes: expected a list of addresses")]
    [InlineData("akka.cluster.seed-nodes=[127]", "expected \"akka.tcp://cluster@HOST:PORT\", got '127'")]
    [InlineData("akka.cluster.seed-nodes=[\"akka.tcp://other@127.0.0.1:1\"]", "is of a cluster named 'other'")]
    [InlineData("novalue", "-D novalue: expected key=value")]
    [InlineData("a b=1", "'a b' is not a key")]
    public void A_wrong_key_or_value_is_one_line_that_names_it_and_what_was_expected(string definition, string message)
    {
        var refusal = Assert.Throws<SettingsException>(() => Load(definition));
        Assert.Contains(message, refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void An_error_in_a_file_names_the_file()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("a.conf", "cluster.shards = many");
        Assert.StartsWith($"{file}: cluster.shards: ", Assert.Throws<SettingsException>(() => SettingsLoader.Load([file], [], null)).Message);
        string broken = folder.File("b.conf", "cluster { shards = [1\n");
        Assert.StartsWith($"{broken}: ", Assert.Throws<SettingsException>(() => SettingsLoader.Load([broken], [], null)).Message);
        string absent = Path.Combine(folder.Path, "c.conf");
        Assert.StartsWith($"{absent}: cannot be read", Assert.Throws<SettingsException>(() => SettingsLoader.Load([absent], [], null)).Message);
    }

    [Fact]
    public void An_unknown_Akka_key_is_only_a_warning_and_a_known_one_is_none()
    {
        Assert.Empty(Load("akka.remote.backoff-interval=1s", "akka.cluster.failure-detector.threshold=9", "akka.actor.ask-timeout=1s", "akka.loglevel=DEBUG").Warnings);
        var warning = Assert.Single(Load("akka.remote.dot-netty.tcp.hostnam=x").Warnings);
        Assert.Contains("akka.remote.dot-netty.tcp.hostnam is not a key that is known; the nearest is akka.remote.dot-netty.tcp.hostname", warning);
    }

    [Fact]
    public void Insecure_listeners_are_allowed_when_asked_for_and_warned_about()
    {
        var loaded = Load("cluster.allow-insecure=on", "akka.remote.dot-netty.tcp.hostname=10.0.0.1", "cluster.http.host=0.0.0.0");
        Assert.Single(loaded.Warnings, warning => warning.Contains("allow-insecure"));
    }

    [Fact]
    public void The_examples_are_valid_and_fit_together()
    {
        Assert.Equal(1, SettingsLoader.Load([Repository.Path("hocon", "one-node.conf")], [], null).Settings.BootstrapExpect);
        for (int i = 1; i <= 3; i++)
        {
            var loaded = SettingsLoader.Load([Repository.Path("hocon", "three-nodes", $"node-{i}.conf")], [], null);
            Assert.Empty(loaded.Warnings);
            Assert.Equal($"node-{i}", loaded.Settings.NodeName);
            Assert.Equal((7378 + i, 8378 + i, 4052 + i), (loaded.Settings.Resp.Port, loaded.Settings.Http.Port, loaded.Settings.Remoting.Port));
            Assert.Equal(3, loaded.Settings.BootstrapExpect);
            Assert.Contains($"akka.tcp://cluster@127.0.0.1:{4052 + i}", loaded.Settings.SeedNodes);
        }
    }

    private static LoadedSettings Load(params string[] definitions) => SettingsLoader.Load([], definitions, null);
}
