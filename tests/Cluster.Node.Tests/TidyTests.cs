using System.Text.RegularExpressions;
using Xunit;

namespace Cluster.Node.Tests;

/// <summary>House rules that a compiler does not check.</summary>
public partial class TidyTests
{
    private const int LinesMax = 500;

    [Fact]
    public void A_file_holds_one_concept_and_so_has_an_end()
    {
        foreach (string file in Product())
        {
            int lines = File.ReadLines(file).Count();
            Assert.True(lines <= LinesMax, $"{Name(file)} has {lines} lines: which second concept moved in?");
        }
    }

    [Fact]
    public void Tests_wait_for_events_and_never_for_time()
    {
        foreach (string file in Repository.Sources("tests").Where(file => !file.EndsWith("/TidyTests.cs", StringComparison.Ordinal)))
            foreach (string line in File.ReadLines(file))
                Assert.False(Waiting().IsMatch(line), $"{Name(file)} sleeps: {line.Trim()}");
    }

    [Fact]
    public void Namespaces_are_file_scoped_and_files_end_with_a_line()
    {
        foreach (string file in Repository.Sources("src").Concat(Repository.Sources("tests")))
        {
            string text = File.ReadAllText(file);
            Assert.False(BlockNamespace().IsMatch(text), $"{Name(file)} has a namespace in braces");
            Assert.True(text.EndsWith('\n') && !text.EndsWith("\n\n", StringComparison.Ordinal), $"{Name(file)} does not end with one line end");
        }
    }

    [Fact]
    public void Links_in_the_documents_lead_somewhere()
    {
        var documents = Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Documents("docs")).Concat(Documents("bench")).Concat(Documents("examples"));
        foreach (string document in documents)
            foreach (Match link in Link().Matches(File.ReadAllText(document)))
            {
                string target = link.Groups["target"].Value;
                if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith('#')) continue;
                string path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, target.Split('#')[0]));
                Assert.True(Path.Exists(path), $"{Name(document)} links to {target}, which is not there");
            }
    }

    private static IEnumerable<string> Product() => Repository.Sources("src").Concat(Repository.Sources("akka")).Concat(Repository.Sources("tests"));

    private static IEnumerable<string> Documents(string folder) =>
        Directory.Exists(Repository.Path(folder)) ? Directory.EnumerateFiles(Repository.Path(folder), "*.md", SearchOption.AllDirectories) : [];

    private static string Name(string file) => Path.GetRelativePath(Repository.Root, file);

    [GeneratedRegex(@"\bThread\.Sleep\(|\bTask\.Delay\(")]
    private static partial Regex Waiting();

    [GeneratedRegex(@"^namespace [A-Za-z.]+\s*\{", RegexOptions.Multiline)]
    private static partial Regex BlockNamespace();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
