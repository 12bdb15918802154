using Cluster.Storage.Keys;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

public class KeyOperationTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("key", "", 0)]
    [InlineData("key", "value", 0)]
    [InlineData("key", "value", 1_800_000_000_000_000)]
    [InlineData("key", "value", -1)]
    public void A_written_operation_reads_back_differently(string key, string value, long expiresAt)
    {
        var length = (int)KeyOperationWriter.Length(key.Length, value.Length, expiresAt);
        var bytes = new byte[length + 3];
        Assert.Equal(length, KeyOperationWriter.Write(bytes, KeyOperationKind.Put, Bytes(key), Bytes(value), expiresAt));
        Assert.True(KeyOperationView.TryParse(bytes, out var operation));
        Assert.Equal(length, operation.Length);
        Assert.Equal(KeyOperationKind.Put, operation.Kind);
        Assert.Equal(Bytes(key), operation.Key.ToArray());
        Assert.Equal(Bytes(value), operation.Value.ToArray());
        Assert.Equal(expiresAt, operation.ExpiresAt);
    }

    [Fact]
    public void Damaged_bytes_are_read_beyond_their_end()
    {
        var random = new Random(7);
        var accepted = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var bytes = new byte[random.Next(48)];
            var written = bytes.Length < 24 ? 0 : KeyOperationWriter.Write(
                bytes, (KeyOperationKind)random.Next(1, 3), bytes.AsSpan(0, random.Next(4)), default, random.Next(2));
            for (var flips = random.Next(3); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Next(Math.Min(bytes.Length, 24))] ^= (byte)(1 << random.Next(8));
            if (!KeyOperationView.TryParse(bytes, out var operation))
                continue;
            accepted++;
            var header = KeyOperationFormat.HeaderBytes(operation.HasExpiry);
            Assert.Equal(operation.Length, header + operation.Key.Length + operation.Value.Length);
            Assert.InRange(operation.Length, header, bytes.Length);
            Assert.True(operation.Kind != KeyOperationKind.Delete || operation.Value.IsEmpty);
        }

        Assert.InRange(accepted, 1_000, 99_000);
    }

    [Theory]
    [InlineData(KeyOperationFormat.KindOffset, 0)]
    [InlineData(KeyOperationFormat.KindOffset, 3)]
    [InlineData(KeyOperationFormat.FlagsOffset, 2)]
    [InlineData(KeyOperationFormat.ReservedOffset, 1)]
    [InlineData(KeyOperationFormat.KeyLengthOffset + 3, 1)]
    [InlineData(KeyOperationFormat.ValueLengthOffset + 3, 128)]
    public void An_operation_of_another_format_is_taken_for_one_of_this(int offset, byte value)
    {
        var bytes = new byte[64];
        KeyOperationWriter.Write(bytes, KeyOperationKind.Put, "key"u8, "value"u8, 0);
        bytes[offset] = value;
        Assert.False(KeyOperationView.TryParse(bytes, out _));
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
