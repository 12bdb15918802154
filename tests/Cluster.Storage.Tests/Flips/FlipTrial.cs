using Cluster.Storage.Files;
using Cluster.Storage.Keys;
using Cluster.Storage.Keys.Hints;
using Cluster.Storage.Log;
using Cluster.Storage.Repair;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;

namespace Cluster.Storage.Tests.Flips;

/// <summary>How a flipped bit was met.</summary>
internal enum FlipVerdict
{
    /// <summary>The opening refuses, and names the file.</summary>
    Opening,

    /// <summary>The opening did not need those bytes; reading the log as a stream refuses (not of data files: a merge reads them), and so does the verification.</summary>
    StreamAndVerification,

    /// <summary>The file is read by tools alone, and they tell.</summary>
    Tool,

    /// <summary>A torn tail is reported, in what nothing proves to have been synced.</summary>
    TornTail,

    /// <summary>A hint counts as missing and is written anew, with the right bytes.</summary>
    Rebuilt,

    /// <summary>The other place of the state file is taken; what it says is true, too.</summary>
    OtherPlace,

    /// <summary>The bit is in bytes that say nothing: between the places of the state file, or in zeros behind the end.</summary>
    Meaningless,

    /// <summary>Nobody noticed.</summary>
    Silent,
}

/// <summary>Flips one bit of the image and lives with it.</summary>
internal sealed class FlipTrial(FlipImage image)
{
    private readonly byte[] _value = new byte[2000];

    /// <summary>What was wrong, when the verdict is silent.</summary>
    public string Complaint { get; private set; } = "";

    public FlipVerdict Run(string path, long bit)
    {
        var files = image.Files.Fork();
        files.FlipBit(path, bit);
        if (path.EndsWith(NodeStateFile.FileName, StringComparison.Ordinal))
            return Refuses<StateFileException>(() => image.OpenNode(files)) ? FlipVerdict.Opening : Silent("the node's state was read");
        if (path.EndsWith(".tail", StringComparison.Ordinal))
            return SegmentDump.Write(files, path, TextWriter.Null, records: false) ? Silent("a tail was read") : FlipVerdict.Tool;
        var scheduler = image.NewScheduler(out var time);
        ShardStore store;
        try
        {
            store = image.Open(files, scheduler);
        }
        catch (StorageException error)
        {
            return error is WalCorruptException or StateFileException && error.Message.Contains(FlipImage.Folder, StringComparison.Ordinal)
                ? FlipVerdict.Opening
                : Silent($"another error: {error}");
        }

        try
        {
            return Judge(store, files, scheduler, time, path, bit);
        }
        finally
        {
            store.Close(static _ => { });
            scheduler.RunAll();
            store.Dispose();
        }
    }

    private FlipVerdict Judge(ShardStore store, SimulatedFileLayer files, ManualScheduler scheduler, ManualTimeProvider time, string path, long bit)
    {
        var torn = store.Recovery.TornFrom;
        if (store.LastLsn < image.Last)
        {
            if (torn != store.LastLsn.Next || torn < image.FirstUnproven)
                return Silent($"the log ends with LSN {store.LastLsn}, torn from {torn}");
            return FlipVerdict.TornTail;
        }

        var isState = path.EndsWith(ShardStateFile.FileName, StringComparison.Ordinal);
        if (store.Digest != image.Digest || store.LastLsn != image.Last || (!isState && store.CommitLsn < image.Commit))
            return Silent($"another log: LSN {store.LastLsn}, commit {store.CommitLsn}");
        if (isState)
            return (bit >> 3) % 4096 < ShardState.Bytes ? FlipVerdict.OtherPlace : FlipVerdict.Meaningless;
        if (DataFileInfo.IsName(Path.GetFileName(path)))
            return !LogVerifier.Verify(files, FlipImage.Folder).Opens ? FlipVerdict.StreamAndVerification : Silent("the verification finds nothing");
        if (SegmentName.TryParse(Path.GetFileName(path), out var segment))
            return torn.IsNone ? JudgeSegment(store, files, segment) : FlipVerdict.Meaningless;
        if (!path.EndsWith(SegmentName.HintSuffix, StringComparison.Ordinal))
            return Silent("nobody reads that file");
        if (!HasAllValues(store))
            return Silent("another state of the keys");
        var right = image.Files.ReadAll(path);
        for (var i = 0; i < 200 && !IsRebuilt(files.ReadAll(path), right); i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(2));
            scheduler.RunAll();
        }

        return IsRebuilt(files.ReadAll(path), right) ? FlipVerdict.Rebuilt : Silent("the hint stays as it is");
    }

    /// <summary>The header counts the keys of the moment.</summary>
    private static bool IsRebuilt(ReadOnlySpan<byte> hint, ReadOnlySpan<byte> right) =>
        hint.Length == right.Length && HintHeader.TryRead(hint, out _) && hint[HintHeader.Bytes..].SequenceEqual(right[HintHeader.Bytes..]);

    /// <summary>The opening took a hint's word for the segment.</summary>
    private FlipVerdict JudgeSegment(ShardStore store, SimulatedFileLayer files, in SegmentName name)
    {
        try
        {
            for (var after = name.First - 1; after < name.Last;)
            {
                if (store.Log.ReadFromDisk(after, 1 << 20, out var slice) != LogReadOutcome.Records)
                    return Silent("the log ends too early");
                using (slice)
                    after = slice!.Last;
            }

            return Silent("the damaged segment was read to its end");
        }
        catch (WalCorruptException)
        {
            return LogVerifier.Verify(files, FlipImage.Folder).Damage is { IsTornTail: false } ? FlipVerdict.StreamAndVerification : Silent("the verification finds nothing");
        }
    }

    private bool HasAllValues(ShardStore store)
    {
        if (store.CountWithPending() != image.Values.Count)
            return false;
        for (var key = 0; key < FlipImage.Keys; key++)
        {
            var name = FlipImage.Name(key);
            var found = store.Find(name);
            if (found.Found != image.Values.TryGetValue(key, out var expected))
                return false;
            if (expected is null)
                continue;
            if (store.ReadFromDisk(found.Location, name, _value) != ValueReadOutcome.Copied || !_value.AsSpan(0, found.ValueLength(name.Length)).SequenceEqual(expected))
                return false;
        }

        return true;
    }

    private FlipVerdict Silent(string complaint)
    {
        Complaint = complaint;
        return FlipVerdict.Silent;
    }

    private static bool Refuses<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
            return false;
        }
        catch (T)
        {
            return true;
        }
    }
}
