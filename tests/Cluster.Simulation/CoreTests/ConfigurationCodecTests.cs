using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class ConfigurationCodecTests
{
    private static readonly Configuration Sample = new(
        new Lsn(77),
        [new Member(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), 1), new Member(TestReplica.Id(2), 9)],
        [new Member(TestReplica.Id(3), 1L << 40)]);

    [Fact]
    public void What_is_written_is_read_back()
    {
        Configuration read = ConfigurationCodec.Read(new Lsn(77), Encoded());
        Assert.Equal(Sample.Voters.AsEnumerable(), read.Voters);
        Assert.Equal(Sample.Learners.AsEnumerable(), read.Learners);
        Assert.Equal(Sample.Lsn, read.Lsn);
    }

    [Fact]
    public void The_bytes_are_as_documented()
    {
        Assert.Equal(
            "0100020001000000" + "00112233445566778899aabbccddeeff" + "0100000000000000",
            Convert.ToHexStringLower(Encoded().AsSpan(0, 32)));
    }

    [Fact]
    public void Promotions_and_the_highest_incarnation_make_it_version_2()
    {
        Configuration more = Sample.WithLearner(TestReplica.Id(5), promote: true).Without(TestReplica.Id(3)).At(new Lsn(9));
        var bytes = new byte[ConfigurationCodec.Size(more)];
        ConfigurationCodec.Write(more, bytes);
        Assert.Equal("0200020001000100", Convert.ToHexStringLower(bytes.AsSpan(0, 8)));
        Configuration read = ConfigurationCodec.Read(new Lsn(9), bytes);
        Assert.Equal(1, read.Promoting);
        Assert.Equal(more.LastIncarnation, read.LastIncarnation);
        Assert.Equal(more.Learners.AsEnumerable(), read.Learners);
    }

    [Fact]
    public void Damaged_bytes_give_the_typed_error_only()
    {
        var random = new SimulationRandom(5);
        byte[] good = Encoded();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = good[..random.Below(good.Length + 1)];
            for (int flips = random.Below(4); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Below(Math.Min(bytes.Length, 10))] ^= (byte)(1 << random.Below(8));
            try
            {
                ConfigurationCodec.Read(new Lsn(1), bytes);
            }
            catch (ConfigurationFormatException)
            {
            }
        }
    }

    private static byte[] Encoded()
    {
        var bytes = new byte[ConfigurationCodec.Size(Sample)];
        ConfigurationCodec.Write(Sample, bytes);
        return bytes;
    }
}
