using Cluster.Node.CommandLine;
using Xunit;

namespace Cluster.Node.Tests.CommandLine;

public class CommandLineTests
{
    [Theory]
    [InlineData("--bogus", "--bogus")]
    [InlineData("frob", "frob")]
    [InlineData("node --bogus", "--bogus")]
    [InlineData("node extra", "extra")]
    [InlineData("node -D", "-D")]
    [InlineData("-D cluster.nam=x", "did you mean cluster.name?")]
    [InlineData("node -D cluster.shards=many", "cluster.shards")]
    [InlineData("node --config /nowhere/x.conf", "/nowhere/x.conf")]
    [InlineData("local --nodes 0", "--nodes")]
    [InlineData("local --nodes three", "three")]
    [InlineData("local --nodes 3 -D cluster.http.port=7380", "closer than 3 nodes need")]
    [InlineData("local --nodes 3 -D cluster.nam=x", "did you mean cluster.name?")]
    public async Task A_wrong_call_is_one_line_on_stderr_and_code_2(string arguments, string named)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        int code = await ClusterProgram.RunAsync(arguments.Split(' '), output, errors);
        Assert.Equal(2, code);
        Assert.Empty(output.ToString());
        string line = errors.ToString().TrimEnd('\n');
        Assert.StartsWith("cluster: ", line);
        Assert.Contains(named, line);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public async Task Version_is_printed_on_stdout()
    {
        var output = new StringWriter();
        Assert.Equal(0, await ClusterProgram.RunAsync(["version"], output, TextWriter.Null));
        Assert.Matches(@"^cluster \d+\.\d+\.\d+\n$", output.ToString());
    }
}
