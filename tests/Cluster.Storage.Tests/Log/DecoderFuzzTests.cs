using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Log;

/// <summary>Bytes from anywhere: a decoder says no in its own way, or reads what is there.</summary>
public sealed class DecoderFuzzTests
{
    [Fact]
    public void Random_or_damaged_bytes_break_a_record_a_batch_or_a_header()
    {
        var random = new Random(3);
        var bytes = new byte[300];
        for (var i = 0; i < 60_000; i++)
        {
            random.NextBytes(bytes);
            var length = random.Next(bytes.Length);
            if (random.Next(2) == 0)
            {
                bytes.AsSpan(0, 8).Clear();
                bytes[0] = (byte)random.Next(256);
                bytes[5] = (byte)random.Next(3);
            }

            if (random.Next(3) == 0)
                BitConverter.TryWriteBytes(bytes, BatchHeader.Magic);
            var source = bytes.AsSpan(0, length);
            if (RecordView.TryParse(source, out var record))
                _ = (record.Kind, record.Lsn, record.Term, record.Session, record.Payload.Length);
            BatchHeader.TryRead(source, out _);
            SegmentHeader.TryRead(source, out _);
            ShardState.TryRead(source, out _, out _);
        }
    }

    [Fact]
    public void A_damaged_segment_makes_the_scanner_throw_or_allocate()
    {
        var bench = new LogBench { SegmentBytes = 1 << 20 }.Open();
        for (var i = 0; i < 20; i++)
            bench.AppendFlushed(1 + (i % 4), i * 11);
        var original = bench.Files.ReadAll(bench.PathOf(bench.SegmentFiles[0])).AsSpan(0, 8192).ToArray();
        SegmentHeader.TryRead(original, out var header);
        var random = new Random(4);
        var files = new SimulatedFileLayer();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 3000; i++)
        {
            var damaged = (byte[])original.Clone();
            for (var n = random.Next(1, 20); n > 0; n--)
                damaged[random.Next(128, 4000)] = (byte)random.Next(256);
            using var file = files.Open("/x", FileOpening.Replace);
            file.Write(0, damaged.AsSpan(0, random.Next(128, damaged.Length)));
            using var scanner = new BatchScanner(file, header);
            while (scanner.TryNext(out _, out var batch))
                Assert.True(batch.Length <= damaged.Length);
            SyncedEvidence.Find(files, "/", scanner.NextLsn, Lsn.None, file, scanner.Offset, header, []);
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 3000L * 200_000);
    }

    [Fact]
    public void A_foreign_file_is_read_as_a_state_file()
    {
        var files = new SimulatedFileLayer();
        var random = new Random(5);
        for (var i = 0; i < 5000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (bytes.Length > 24 && random.Next(2) == 0)
            {
                BitConverter.TryWriteBytes(bytes, 42ul);
                BitConverter.TryWriteBytes(bytes.AsSpan(12), bytes.Length - 24);
            }

            using (var file = files.Open("/x", FileOpening.Replace))
                file.Write(0, bytes);
            Assert.Throws<StateFileException>(() => StateFile.Read(files, "/x", 42, 1, out _));
        }

        Assert.Null(StateFile.Read(files, "/none", 42, 1, out _));
        StateFile.Write(files, "/x", 42, 2, [1, 2, 3]);
        Assert.Equal([1, 2, 3], StateFile.Read(files, "/x", 42, 2, out var version)!);
        Assert.Equal(2, version);
        Assert.Throws<StateFileException>(() => StateFile.Read(files, "/x", 42, 1, out _));
    }
}
