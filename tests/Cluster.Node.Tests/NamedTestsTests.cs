using System.Text.RegularExpressions;
using Xunit;

namespace Cluster.Node.Tests;

/// <summary>Documents that say which test holds what they promise: a test that was renamed or taken out would leave a promise that nothing holds.</summary>
public partial class NamedTestsTests
{
    private static readonly Dictionary<string, string> Projects = new()
    {
        ["C"] = "Cluster.Simulation",
        ["A"] = "Cluster.Actors.Tests",
        ["N"] = "Cluster.Node.Tests",
        ["S"] = "Cluster.Scenarios",
        ["T"] = "Cluster.Storage.Tests",
    };

    [Theory]
    [InlineData("docs/guarantees.md")]
    [InlineData("docs/weak-points.md")]
    public void A_promise_names_a_test_that_is_not_there_or_none(string document)
    {
        int rows = 0;
        bool promises = false;
        foreach (string line in File.ReadLines(Repository.Path(document)))
        {
            if (!line.StartsWith('|')) promises = false;
            else if (line.EndsWith("| test |", StringComparison.Ordinal)) promises = true;
            else if (promises && !line.StartsWith("|---", StringComparison.Ordinal))
            {
                rows++;
                string cell = line[..^1][(line[..^1].LastIndexOf('|') + 1)..];
                Assert.True(CheckTests(cell) > 0, $"{document} names no test: {line}");
            }
        }

        Assert.True(rows >= 10, $"{document} has {rows} rows with tests");
    }

    private static int CheckTests(string cell)
    {
        int tests = 0;
        foreach (Match file in NamedFile().Matches(cell))
        {
            string project = Projects[file.Groups["project"].Value];
            string name = $"/{file.Groups["file"].Value}.cs";
            string source = string.Concat(Repository.Sources("tests", project).Where(path => path.EndsWith(name, StringComparison.Ordinal)).Select(File.ReadAllText));
            Assert.True(source.Length > 0, $"there is no {name[1..]} in {project}");
            foreach (Match test in NamedTest().Matches(file.Groups["tests"].Value))
            {
                tests++;
                Assert.True(Regex.IsMatch(source, $@"public (async )?(void|Task) {test.Groups["name"].Value}\("), $"{project}{name} has no test {test.Groups["name"].Value}");
            }
        }

        return tests;
    }

    /// <summary>C/ElectionTests `A_test`, `Another`</summary>
    [GeneratedRegex(@"(?<project>[CANST])/(?<file>\w+)(?<tests>(,? `\w+`)+)")]
    private static partial Regex NamedFile();

    [GeneratedRegex("`(?<name>\\w+)`")]
    private static partial Regex NamedTest();
}
