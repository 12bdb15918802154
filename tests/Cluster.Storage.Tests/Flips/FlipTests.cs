using System.Diagnostics;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Storage.Tests.Flips;

/// <summary>
/// Single flipped bits in a log of a megabyte and in every file beside it: file and place are chosen evenly. CLUSTER_FLIPS sets how many.
/// </summary>
public sealed class FlipTests(ITestOutputHelper output)
{
    private const int Threads = 2;
    private const long LogBytes = 1 << 20;

    [Fact]
    public void A_flipped_bit_goes_unnoticed()
    {
        var flips = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_FLIPS"), out var wanted) ? wanted : 10_000;
        var clock = Stopwatch.StartNew();
        var table = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var missed = new List<string>();
        FlipImage[] images = [new(LogBytes, hints: true, clean: true), new(LogBytes, hints: true, clean: false), new(LogBytes, hints: false, clean: false)];
        var threads = new Thread[Threads];
        for (var i = 0; i < Threads; i++)
        {
            var part = i;
            threads[part] = new Thread(() => Flip(images, part, flips / Threads, table, missed));
            threads[part].Start();
        }

        foreach (var thread in threads)
            thread.Join();
        output.WriteLine($"flips: {table.Values.Sum():N0} in {images.Sum(static image => image.Paths.Count)} files, {clock.Elapsed.TotalSeconds:N1} s");
        foreach (var (what, count) in table)
            output.WriteLine(FormattableString.Invariant($"{count,12:N0}  {what}"));
        Assert.Empty(missed);
        foreach (var verdict in Enum.GetValues<FlipVerdict>().Where(static verdict => verdict != FlipVerdict.Silent))
            Assert.Contains(table.Keys, what => what.EndsWith(verdict.ToString(), StringComparison.Ordinal));
    }

    /// <summary>A batch whose LSN was lowered looks like one before those that are wanted.</summary>
    [Fact]
    public void A_batch_with_a_damaged_LSN_is_passed_over()
    {
        var image = new FlipImage(128 << 10, hints: true, clean: true);
        var trial = new FlipTrial(image);
        var segments = image.Paths.Where(static path => path.EndsWith(".seg", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(segments);
        foreach (var path in segments)
        {
            for (var bit = 0; bit < 16; bit++)
                Assert.NotEqual(FlipVerdict.Silent, trial.Run(path, ((SegmentHeader.Bytes + 24) * 8) + bit));
        }
    }

    [Fact]
    public void A_flipped_bit_in_a_small_state_file_goes_unnoticed()
    {
        var image = new FlipImage(8000, hints: true, clean: true);
        var trial = new FlipTrial(image);
        for (var i = 0; i < image.Paths.Count; i++)
        {
            for (var bit = 0L; image.Paths[i].EndsWith(NodeStateFile.FileName, StringComparison.Ordinal) && bit < image.Bits[i]; bit++)
                Assert.True(trial.Run(image.Paths[i], bit) != FlipVerdict.Silent, $"bit {bit} of {image.Paths[i]}: {trial.Complaint}");
        }

        // Two places: a flip in one leaves what the other says.
        var path = Path.Combine(FlipImage.Folder, ShardStateFile.FileName);
        var bytes = image.Files.ReadAll(path);
        Assert.True(ShardState.TryRead(bytes, out var first, out var number) & ShardState.TryRead(bytes.AsSpan(4096), out var second, out var other));
        var (newer, older, newest) = number > other ? (first, second, 0) : (second, first, 4096);
        for (var bit = 0; bit < ShardState.Bytes * 8; bit++)
        {
            foreach (var place in new[] { 0, 4096 })
            {
                var files = image.Files.Fork();
                files.FlipBit(path, (place * 8) + bit);
                Assert.Equal(place == newest ? older : newer, ShardStateFile.Peek(files, FlipImage.Folder));
            }
        }
    }

    private static void Flip(FlipImage[] images, int part, int flips, SortedDictionary<string, long> table, List<string> missed)
    {
        var random = new Random(part);
        var trials = images.Select(static image => new FlipTrial(image)).ToArray();
        var counts = new Dictionary<string, long>();
        try
        {
            for (var i = 0; i < flips; i++)
            {
                var chosen = i % images.Length;
                var file = random.Next(images[chosen].Paths.Count);
                var path = images[chosen].Paths[file];
                var bit = random.NextInt64(images[chosen].Bits[file]);
                var verdict = trials[chosen].Run(path, bit);
                var what = $"{KindOf(path)}: {verdict}";
                counts[what] = counts.GetValueOrDefault(what) + 1;
                if (verdict != FlipVerdict.Silent)
                    continue;
                lock (missed)
                    missed.Add($"{trials[chosen].Complaint}: image {chosen}, bit {bit} of {path}");
            }
        }
        catch (Exception error)
        {
            lock (missed)
                missed.Add(error.ToString());
        }

        lock (table)
        {
            foreach (var (what, count) in counts)
                table[what] = table.GetValueOrDefault(what) + count;
        }
    }

    private static string KindOf(string path) => Path.GetExtension(path) switch
    {
        ".seg" => "sealed segment",
        ".open" => "open segment",
        ".hint" => "hint",
        ".tail" => "saved tail",
        ".dat" => "data file",
        _ => Path.GetFileName(path),
    };
}
