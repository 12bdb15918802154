using System.Diagnostics;
using System.Text.Json;

namespace Cluster.Simulation.World;

/// <summary>Consecutive seeds that were run to their end by one commit.</summary>
public sealed record SeedBlock(
    string Commit, ulong First, long Seeds, int Workers, double WallSeconds, double ProcessorSeconds, Dictionary<string, long> Coverage, List<string> Failures);

/// <summary>
/// What a long run has done, a line of JSON per block: a run that was interrupted goes on behind its last whole block, and runs of one
/// commit with other seeds add up.
/// </summary>
public sealed class SeedLedger
{
    public const long BlockSeeds = 1000;

    private readonly string? _path;

    /// <param name="path">Null: it is kept in memory alone.</param>
    public SeedLedger(string? path)
    {
        _path = path;
        Commit = CommitNow();
        if (path == null || !File.Exists(path))
            return;
        foreach (string line in File.ReadLines(path))
        {
            // The last line may be torn; a block of another commit says nothing about this one.
            if (TryParse(line) is { } block && block.Commit == Commit)
                Blocks.Add(block);
        }
    }

    public string Commit { get; }

    public List<SeedBlock> Blocks { get; } = [];

    public long Seeds => Blocks.Sum(static b => b.Seeds);

    public IEnumerable<string> Failures => Blocks.SelectMany(static b => b.Failures);

    public Dictionary<string, long> Totals()
    {
        var totals = new Dictionary<string, long>();
        foreach (SeedBlock block in Blocks)
        {
            foreach ((string name, long count) in block.Coverage)
                totals[name] = totals.GetValueOrDefault(name) + count;
        }

        return totals;
    }

    /// <summary>A seed from there on to the next one that a block holds, at most so many; how many that are.</summary>
    public long FreeFrom(ulong first, long most)
    {
        foreach (SeedBlock block in Blocks)
        {
            if (block.First <= first && first < block.First + (ulong)block.Seeds)
                return 0;
            if (block.First > first)
                most = Math.Min(most, (long)(block.First - first));
        }

        return most;
    }

    /// <summary>The first seed behind the block that holds this one.</summary>
    public ulong Behind(ulong seed)
    {
        foreach (SeedBlock block in Blocks)
        {
            if (block.First <= seed && seed < block.First + (ulong)block.Seeds)
                return block.First + (ulong)block.Seeds;
        }

        return seed;
    }

    public void Add(SeedRun run)
    {
        var block = new SeedBlock(
            Commit, run.First, run.Done, run.Workers, run.Elapsed.TotalSeconds, run.Processor.TotalSeconds,
            run.Coverage.All().ToDictionary(static one => one.Name, static one => one.Count), run.Failures.ConvertAll(static f => f.Message));
        Blocks.Add(block);
        if (_path != null)
            File.AppendAllText(_path, JsonSerializer.Serialize(block) + "\n");
    }

    private static SeedBlock? TryParse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<SeedBlock>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string CommitNow()
    {
        string commit = Git("rev-parse --short HEAD");
        return Git("status --porcelain --untracked-files=no -- src tests").Length > 0 ? $"{commit} with changes" : commit;
    }

    private static string Git(string arguments)
    {
        using Process git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true })!;
        string answer = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return answer;
    }
}
