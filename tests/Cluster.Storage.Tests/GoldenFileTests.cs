using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.Repair;
using Cluster.Storage.Sessions;
using Cluster.Storage.State;
using Cluster.Storage.Tests.Keys.Hints;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests;

/// <summary>
/// Files that an earlier version wrote, under tests/fixtures/FORMAT-vN: never changed, only added to. Each is what a node may still find on its disk.
/// </summary>
public sealed class GoldenFileTests
{
    private const string Content =
        "1-120 commit 120 term 2 digest 1b4915dbbf72efb5 time 1 count 17/17 terms TermStart { Term = 1, First = 1 } TermStart { Term = 2, First = 62 } configuration 78 78 topology 99 5:224+157 7:1476+102 9:3534+155 12:4377+189x 16:3268+28x 20:1343+77x 24:2585+174x 27:2815+156 29:3416+70 36:3067+153 43:4622+108 48:987+88 51:654+168 54:4157+164x 55:3961+148 56:902+37 57:3737+56x ";

    [Theory]
    [InlineData("", false)]
    [InlineData("hint-v1", false)]
    [InlineData("hint-v2", true)]
    public void Files_of_an_older_version_are_no_longer_read_as_they_were_meant(string hints, bool believed)
    {
        using var bench = new HintBench(new LogBench(1) { SegmentBytes = 6000 });
        Place(bench.Bench, LogBench.Folder, "segment-v1", "shard-state-v1", hints);
        var found = LogVerifier.Verify(bench.Bench.Files, LogBench.Folder);
        Assert.Equal((new Lsn(120), new Lsn(120), true), (found.Last, found.Synced, found.Opens));
        var reads = 0;
        bench.Bench.Files.Fault = operation =>
        {
            reads += operation.Name == "read" && operation.Path.EndsWith(".seg", StringComparison.Ordinal) ? 1 : 0;
            return null;
        };
        bench.Open();

        // Only the headers of the two sealed segments are read if the hints are believed. Those of version 1 name keys that expire, and not when.
        Assert.Equal(believed, reads == 2);
        Assert.Equal(Content.Trim(), bench.Describe().Trim());
        Assert.Equal(6, bench.Store.ExpiringCount);
        Assert.Equal(1_000_000, bench.Store.EarliestExpiry);
    }

    [Fact]
    public void Records_with_a_stamp_are_no_longer_read_as_they_were_meant()
    {
        var id = SessionId.Create(1_700_000_000_000_000, 1);
        Assert.Equal($"Keys 7 3 1700000000000001 opens {id} 1 kept 0202 13", Describe("opens.bin"));
        Assert.Equal("Keys 300 3 1700000000000002 of 7 300 kept 00 13", Describe("known.bin"));
        Assert.Equal("NoOp 301 3 1700000000000003 of 7 301 left out  0", Describe("not-kept.bin"));

        static string Describe(string name)
        {
            Assert.True(RecordView.TryParse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "record-v2", name)), out var record));
            Assert.True(record.HasStamp);
            var stamp = record.Stamp;
            var session = stamp.Opens ? $"opens {stamp.Id}" : $"of {stamp.Opening}";
            return $"{record.Kind} {record.Lsn} {record.Term} {record.Timestamp} {session} {stamp.Sequence} {(stamp.IsKept ? "kept" : "left out")} {Convert.ToHexString(stamp.Reply)} {record.Payload.Length}";
        }
    }

    [Fact]
    public void Stamps_in_hints_of_version_3_are_no_longer_read_as_they_were_meant()
    {
        var (told, reads) = Sessions(hints: true);
        var (read, _) = Sessions(hints: false);
        Assert.Equal(read, told);
        // Only the headers of the two sealed segments are read.
        Assert.Equal(2, reads);

        static (string Table, int Reads) Sessions(bool hints)
        {
            using var bench = new HintBench(new LogBench(1) { SegmentBytes = 3000 });
            Place(bench.Bench, LogBench.Folder, "hint-v3");
            var reads = 0;
            bench.Bench.Files.Fault = operation =>
            {
                reads += operation.Name == "read" && operation.Path.EndsWith(".seg", StringComparison.Ordinal) ? 1 : 0;
                return null;
            };
            bench.Open(hints);
            Assert.Equal(new Lsn(60), bench.Store.LastLsn);
            var sessions = bench.Store.Sessions.Committed;
            Assert.True(sessions.Count > 2 && sessions.Through.Value >= 0x32, $"{sessions.Count} sessions through {sessions.Through}");
            var table = new System.Buffers.ArrayBufferWriter<byte>();
            SessionTableCodec.Write(sessions, table);
            return (Convert.ToHexString(table.WrittenSpan), reads);
        }
    }

    private const string MergedContent =
        "179-240 commit 240 term 1 digest 52274327d685a79a time 1 count 51/51 terms TermStart { Term = 1, First = 1 } configuration 240 240 topology 229 1:1947+30 2:581+141 3:1887+36x 4:441+199x 5:2183+141 6:462+147 7:1993+76 8:388+117x 9:2474+194 10:849+160 12:779+35 13:1517+168 14:884+98 15:625+95 16:2055+89 18:1481+71 20:830+21 21:2657+175 22:312+43x 23:860+90 24:379+38x 25:204+184 26:2138+29 27:3034+71 28:1271+65 29:2340+118 31:1352+105x 33:1651+145 34:1568+67 35:1954+45x 36:1089+166 37:2684+124 38:1812+59 39:736+19x 40:532+197x 41:1416+5 43:2880+98x 44:2298+145 45:1261+107 46:998+93x 47:1789+81 48:2824+145x 49:664+96 50:1733+8 51:2527+74x 52:529+36 53:224+68 56:966+99x 57:380+66 58:738+130 59:2085+29x";

    [Fact]
    public void Manifest_and_data_files_of_version_1_are_no_longer_read_as_they_were_meant()
    {
        using var bench = new HintBench(new LogBench(1) { SegmentBytes = 6000 });
        Place(bench.Bench, LogBench.Folder, "shard-manifest-v1", "data-file-v1");
        var found = LogVerifier.Verify(bench.Bench.Files, LogBench.Folder);
        Assert.True(found.Opens, found.ManifestDamage);
        Assert.Equal(5, found.DataFiles.Count);
        bench.Open();
        Assert.Equal(MergedContent, bench.Describe().Trim());
    }

    [Fact]
    public void A_cut_intent_of_version_1_is_not_finished()
    {
        var bench = new LogBench(1);
        Place(bench, LogBench.Folder, "cut-intent-v1");
        bench.Open();
        RoundTripTests.AssertNumbered(bench, 7);
        Assert.DoesNotContain("cut.intent", bench.Files.ListFiles(LogBench.Folder));
    }

    [Fact]
    public void A_node_file_of_version_1_is_not_read()
    {
        var bench = new LogBench(1);
        Place(bench, LogBench.Root, "node-state-v1");
        var node = NodeStateFile.Open(LogBench.Root, bench.Environment, Guid.NewGuid());
        Assert.Equal(new Guid("aaaaaaaa-0000-0000-0000-000000000001"), node.NodeId);
        Assert.Equal(LogBench.ClusterId, node.ClusterId);
        Assert.Equal(new ShardReplicaState(new Term(5), null, 1), node.Find(-1));
        Assert.Equal(new ShardReplicaState(new Term(7), new Guid("bbbbbbbb-0000-0000-0000-000000000002"), 3), node.Find(0));
        Assert.True(node.IsPoisoned(2));
        Assert.Null(node.Find(2));
    }

    private static void Place(LogBench bench, string folder, params string[] formats)
    {
        bench.Files.CreateFolder(folder);
        foreach (var format in formats.Where(static name => name.Length > 0))
        {
            foreach (var path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", format)))
            {
                using var file = bench.Files.Open(Path.Combine(folder, Path.GetFileName(path)), FileOpening.Create);
                file.Write(0, File.ReadAllBytes(path));
            }
        }
    }
}
