using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Cluster.Storage.Archive.Lz4;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Storage.Tests.Archive.Lz4;

public sealed class Lz4Tests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("", 0x02CC5D05)]
    [InlineData("abc", 0x32D153FF)]
    [InlineData("123456789", 0x937BAD67)]
    [InlineData("Nobody inspects the spammish repetition", 0xE2293B2F)]
    public void The_checksum_of_frames_is_another(string text, uint expected)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(expected, XxHash32.Compute(bytes));
        for (var split = 0; split <= bytes.Length; split++)
        {
            var hash = new XxHash32();
            hash.Append(bytes.AsSpan(0, split));
            hash.Append(bytes.AsSpan(split));
            Assert.Equal(expected, hash.Value());
        }
    }

    [Fact]
    public void A_block_does_not_come_back_as_it_went()
    {
        var random = new Random(4);
        var encoder = new Lz4BlockEncoder();
        for (var i = 0; i < 400; i++)
        {
            var plain = ArchiveSamples.Bytes(random, i < 300 ? i : random.Next(i % 20 == 0 ? 200_000 : 5000));
            var encoded = new byte[Lz4Block.EncodedBytesMax(plain.Length)];
            var length = encoder.Encode(plain, encoded);
            var decoded = new byte[plain.Length];
            Assert.Equal(plain.Length, Lz4BlockDecoder.Decode(encoded.AsSpan(0, length), decoded));
            Assert.Equal(plain, decoded);
            AssertEndRules(encoded.AsSpan(0, length), plain.Length);
        }
    }

    [Theory]
    [InlineData("b4-blockchecksum-nocontentcrc.lz4", 1)]
    [InlineData("b4-linked.lz4", 1)]
    [InlineData("b5-hc.lz4", 1)]
    [InlineData("b7-contentsize.lz4", 1)]
    [InlineData("concat-two.lz4", 2)]
    [InlineData("empty.lz4", 0)]
    public void A_frame_of_another_program_is_not_read(string name, int times)
    {
        var plain = Plain();
        var expected = new MemoryStream();
        for (; times > 0; times--)
            expected.Write(plain);
        Assert.Equal(expected.ToArray(), Decode(File.ReadAllBytes(ArchiveSamples.Fixture("lz4-frames", name))));
    }

    [Fact]
    public void A_frame_that_stores_blocks_raw_is_not_read() => Assert.Equal(
        File.ReadAllBytes(ArchiveSamples.Fixture("lz4-frames", "incompressible.bin")),
        Decode(File.ReadAllBytes(ArchiveSamples.Fixture("lz4-frames", "incompressible.lz4"))));

    [Fact]
    public void A_skippable_frame_stops_the_reader()
    {
        var frame = Encode([1, 2, 3]);
        byte[] skippable = [0x57, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9];
        Assert.Equal([1, 2, 3, 1, 2, 3], Decode([.. skippable, .. frame, .. skippable, .. frame]));
    }

    [Fact]
    public void A_frame_does_not_come_back_as_it_went()
    {
        var random = new Random(5);
        foreach (var size in Enum.GetValues<Lz4BlockSize>())
        {
            foreach (var length in new[] { 0, 1, 12, 13, 65535, 65536, 65537, 700_000, 1_100_000 })
            {
                var plain = ArchiveSamples.Bytes(random, length);
                Assert.Equal(plain, Decode(Encode(plain, size, random), random));
            }
        }
    }

    [ToolFact("lz4")]
    public void Another_program_cannot_read_our_frames()
    {
        var plain = Plain();
        Assert.Equal(plain, Tool.Run("lz4", Encode(plain), "-dc", "-"));
        Assert.Equal(plain, Decode(Tool.Run("lz4", plain, "-c", "-B4", "-BD", "-")));
    }

    [Fact]
    public void A_frame_that_was_cut_short_or_never_finished_looks_whole()
    {
        var frame = Encode(ArchiveSamples.Bytes(new Random(6), 70_000), Lz4BlockSize.KiB64);
        for (var length = 0; length < frame.Length; length += length < 40 || length > frame.Length - 40 ? 1 : 97)
            Assert.Equal(Lz4Problem.Truncated, Assert.Throws<Lz4Exception>(() => Decode(frame[..length])).Problem);
        var unfinished = new MemoryStream();
        using (var writer = new Lz4FrameWriter(unfinished))
            writer.Write(new byte[3_000_000]);
        Assert.Equal(Lz4Problem.Truncated, Assert.Throws<Lz4Exception>(() => Decode(unfinished.ToArray())).Problem);
    }

    [Fact]
    public void A_flipped_bit_gives_other_content()
    {
        var random = new Random(7);
        var plain = ArchiveSamples.Bytes(new Random(8), 3000);
        var frame = Encode(plain, Lz4BlockSize.KiB64);
        for (var i = 0; i < 600; i++)
        {
            var damaged = (byte[])frame.Clone();
            damaged[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                // Some flips say the same in another way, as another distance within a run does.
                Assert.Equal(plain, Decode(damaged));
            }
            catch (Lz4Exception)
            {
                // Seen.
            }
        }
    }

    /// <summary>CLUSTER_FUZZ_INPUTS sets how many.</summary>
    [Fact]
    public void Hostile_blocks_and_frames_break_the_decoder_or_take_memory()
    {
        var inputs = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_FUZZ_INPUTS"), out var asked) ? asked : 1_000;
        var random = new Random(9);
        var encoder = new Lz4BlockEncoder();
        var window = new byte[9000];
        var sound = new byte[Lz4Block.EncodedBytesMax(4000)];
        byte[] frame = [];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < inputs; i++)
        {
            if (i % 100 == 0)
            {
                var plain = ArchiveSamples.Bytes(random, 4000);
                Array.Resize(ref sound, encoder.Encode(plain, sound = new byte[Lz4Block.EncodedBytesMax(4000)]));
                frame = Encode(plain, Lz4BlockSize.KiB64);
            }

            var block = Damaged(sound, random);
            var history = random.Next(3) * 1000;
            var room = random.Next(2) == 0 ? 4000 : random.Next(5000);

            // What lies behind the room that was given must not be touched.
            Array.Fill(window, (byte)0xA5);
            var decoded = Lz4BlockDecoder.Decode(block, window.AsSpan(0, history + room), history);
            Assert.InRange(decoded, Lz4BlockDecoder.Invalid, room);
            Assert.False(window.AsSpan(history + room).ContainsAnyExcept((byte)0xA5));
            Assert.False(window.AsSpan(0, history).ContainsAnyExcept((byte)0xA5));
            try
            {
                Decode(Damaged(frame, random));
            }
            catch (Lz4Exception)
            {
                // Refused.
            }
        }

        Assert.True((GC.GetAllocatedBytesForCurrentThread() - before) / Math.Max(inputs, 1) < 128 << 10, "memory per input");
    }

    /// <summary>Figures only: nothing is asserted about time.</summary>
    [Fact]
    public void A_block_of_a_megabyte_is_lost_at_speed()
    {
        var plain = new byte[1 << 20];
        var source = Plain();
        for (var at = 0; at < plain.Length; at += source.Length)
            source.AsSpan(0, Math.Min(source.Length, plain.Length - at)).CopyTo(plain.AsSpan(at));
        var encoded = new byte[Lz4Block.EncodedBytesMax(plain.Length)];
        var decoded = new byte[plain.Length];
        var encoder = new Lz4BlockEncoder();
        var length = 0;
        var encode = Rate(() => length = encoder.Encode(plain, encoded));
        var decode = Rate(() => Lz4BlockDecoder.Decode(encoded.AsSpan(0, length), decoded));
        var copy = Rate(() => plain.AsSpan().CopyTo(decoded));
        Assert.Equal(plain, decoded);
        output.WriteLine(FormattableString.Invariant($"lz4: 1 MiB to {length}; encode {encode:N0} MB/s, decode {decode:N0} MB/s, memcpy {copy:N0} MB/s"));

        static double Rate(Action action)
        {
            var times = Environment.GetEnvironmentVariable("CLUSTER_BENCH") == "1" ? 2000 : 5;
            for (var i = 0; i < times; i++)
                action();
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < times; i++)
                action();
            return times * 1.048576 / clock.Elapsed.TotalSeconds;
        }
    }

    private static byte[] Plain()
    {
        using var file = new GZipStream(File.OpenRead(ArchiveSamples.Fixture("lz4-frames", "plain.bin.gz")), CompressionMode.Decompress);
        var plain = new MemoryStream();
        file.CopyTo(plain);
        return plain.ToArray();
    }

    private static byte[] Encode(byte[] plain, Lz4BlockSize size = Lz4BlockSize.MiB1, Random? random = null)
    {
        var target = new MemoryStream();
        using var writer = new Lz4FrameWriter(target, size);
        for (var at = 0; at < plain.Length;)
        {
            var part = Math.Min(plain.Length - at, random?.Next(1, 300_000) ?? plain.Length);
            writer.Write(plain, at, part);
            at += part;
        }

        writer.Finish();
        return target.ToArray();
    }

    private static byte[] Decode(byte[] frame, Random? random = null)
    {
        using var reader = new Lz4FrameReader(new MemoryStream(frame));
        var plain = new MemoryStream();
        var buffer = new byte[100_000];
        while (true)
        {
            var count = reader.Read(buffer, 0, random?.Next(1, buffer.Length) ?? buffer.Length);
            if (count == 0)
                return plain.ToArray();
            plain.Write(buffer, 0, count);
        }
    }

    private static byte[] Damaged(byte[] sound, Random random)
    {
        var bytes = (byte[])sound.Clone();
        if (random.Next(4) == 0)
            bytes = bytes[..random.Next(bytes.Length)];
        for (var times = random.Next(1, 4); times > 0 && bytes.Length > 0; times--)
            bytes[random.Next(random.Next(2) == 0 ? Math.Min(bytes.Length, 60) : bytes.Length)] = random.Next(2) == 0 ? (byte)255 : (byte)random.Next(256);
        return bytes;
    }

    /// <summary>The last five bytes are literals and no match begins in the last twelve: other decoders rely on it.</summary>
    private static void AssertEndRules(ReadOnlySpan<byte> block, int plainLength)
    {
        var at = 0;
        var put = 0;
        while (true)
        {
            int token = block[at++];
            var literals = token >> 4;
            for (var more = 255; literals >= 15 && more == 255; literals += more)
                more = block[at++];
            at += literals;
            put += literals;
            if (at == block.Length)
            {
                Assert.True(literals >= Math.Min(5, plainLength));
                return;
            }

            Assert.True(put <= plainLength - 12);
            at += 2;
            var length = token & 15;
            for (var more = 255; length >= 15 && more == 255; length += more)
                more = block[at++];
            put += length + 4;
        }
    }
}
