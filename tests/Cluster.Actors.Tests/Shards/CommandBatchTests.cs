using System.Text;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

public sealed class CommandBatchTests
{
    [Fact]
    public void A_batch_means_the_same_on_the_other_node()
    {
        var batch = CommandBatch.Rent();
        batch.ReadOnly = true;
        batch.Policy = WritePolicy.AckN(2);
        batch.Add(CommandKind.Get, "a"u8);
        batch.Add(CommandKind.Set, "key"u8, "value"u8, CommandFlags.IfAbsent);
        batch.AddSetMany();
        batch.AddPair("x"u8, "1"u8);
        batch.AddPair("yy"u8, ""u8);
        batch.Add(CommandKind.Count);

        var copy = Copy(batch);

        Assert.Equal(4, copy.Count);
        Assert.True(copy.ReadOnly);
        Assert.True(copy.HasWrite);
        Assert.Equal(WritePolicy.AckN(2), copy.Policy);
        Assert.Equal("a", Text(copy.Key(0)));
        Assert.Equal(("key", "value"), (Text(copy.Key(1)), Text(copy.Value(1))));
        Assert.Equal(CommandFlags.IfAbsent, copy[1].Flags);
        var pairs = copy.Pairs(2);
        Assert.True(pairs.Next());
        Assert.Equal(("x", "1"), (Text(pairs.Key), Text(pairs.Value)));
        Assert.True(pairs.Next());
        Assert.Equal(("yy", ""), (Text(pairs.Key), Text(pairs.Value)));
        Assert.False(pairs.Next());
        Assert.Equal(CommandKind.Count, copy[3].Kind);
    }

    [Fact]
    public void A_write_loses_its_name_on_the_way_to_the_other_node()
    {
        var batch = CommandBatch.Rent();
        batch.Add(CommandKind.Set, "key"u8, "value"u8);
        Assert.False(Copy(batch).HasStamp);
        var session = Cluster.Storage.Sessions.SessionId.Create(birth: 1_000, random: 7);
        batch.Stamp = new Cluster.Storage.SessionStamp(session, 3);
        var copy = Copy(batch);
        Assert.Equal((batch.Stamp, false, false, false), (copy.Stamp, copy.MayBeAppended, copy.IsExplicit, copy.ReadOnly));
        batch.MayBeAppended = true;
        copy = Copy(batch);
        Assert.Equal((batch.Stamp, true, false), (copy.Stamp, copy.MayBeAppended, copy.IsExplicit));
        batch.NameWrite(new NamedWrite(session, long.MaxValue));
        copy = Copy(batch);
        Assert.Equal((session, long.MaxValue, true), (copy.Stamp.Id, copy.Stamp.Sequence, copy.IsExplicit));
        Assert.Equal(("key", "value"), (Text(copy.Key(0)), Text(copy.Value(0))));
        copy.Release();
        Assert.False(CommandBatch.Rent().HasStamp);

        // Flags without a stamp, an unknown flag, a stamp of nobody, of no sequence, and one that is cut short.
        var good = new byte[batch.EncodedCommandsBytes];
        batch.WriteCommands(good);
        Assert.Throws<CommandFormatException>(() => Read(good, b => b[0] = 4));
        Assert.Throws<CommandFormatException>(() => Read(good, b => b[0] |= 16));
        Assert.Throws<CommandFormatException>(() => Read(good, b => b.AsSpan(8, 16).Clear()));
        Assert.Throws<CommandFormatException>(() => Read(good, b => b.AsSpan(24, 8).Clear()));
        Assert.Throws<CommandFormatException>(() => CommandBatch.Rent().ReadCommands(good.AsSpan(0, 31)));

        static void Read(byte[] bytes, Action<byte[]> change)
        {
            byte[] changed = [.. bytes];
            change(changed);
            CommandBatch.Rent().ReadCommands(changed);
        }
    }

    [Fact]
    public void Replies_mean_the_same_on_the_other_node()
    {
        var batch = CommandBatch.Rent();
        for (int i = 0; i < 6; i++) batch.Add(CommandKind.Get, "k"u8);
        var there = Copy(batch);
        there.SetError(5, "TRYAGAIN later"u8);
        there.SetBulk(0, "value"u8);
        there.SetNil(1);
        there.SetInteger(2, -7);
        there.SetOk(3);
        there.SetBulk(4, ""u8);
        var bytes = new byte[there.EncodedRepliesBytes];
        there.WriteReplies(bytes);

        batch.ReadReplies(bytes);

        Assert.Equal("value", Text(batch.ReplyBytes(0)));
        Assert.Equal(ReplyKind.Nil, batch.ReplyTo(1).Kind);
        Assert.Equal(-7, batch.ReplyTo(2).Integer);
        Assert.Equal(ReplyKind.Ok, batch.ReplyTo(3).Kind);
        Assert.Equal((ReplyKind.Bulk, 0), (batch.ReplyTo(4).Kind, batch.ReplyTo(4).Length));
        Assert.Equal("TRYAGAIN later", Text(batch.ReplyBytes(5)));
    }

    [Fact]
    public void Damaged_bytes_of_a_batch_are_refused_and_nothing_else()
    {
        var batch = CommandBatch.Rent();
        batch.Add(CommandKind.Set, "key"u8, "value"u8);
        batch.AddSetMany();
        batch.AddPair("x"u8, "1"u8);
        var good = new byte[batch.EncodedCommandsBytes];
        batch.WriteCommands(good);
        var random = new Random(1);
        for (int round = 0; round < 5_000; round++)
        {
            var bad = (byte[])good.Clone();
            for (int flips = random.Next(1, 4); flips > 0; flips--) bad[random.Next(bad.Length)] = (byte)random.Next(256);
            var reader = CommandBatch.Rent();
            try
            {
                reader.ReadCommands(bad.AsSpan(0, random.Next(bad.Length + 1)));
            }
            catch (CommandFormatException)
            {
            }

            reader.Release();
        }
    }

    [Fact]
    public void A_batch_that_a_link_still_reads_does_not_return_to_the_pool()
    {
        var batch = CommandBatch.Rent();
        batch.Add(CommandKind.Get, "kept"u8);
        batch.Retain();
        batch.Release();

        Assert.Equal("kept", Text(batch.Key(0)));

        batch.Release();
        Assert.Throws<InvalidOperationException>(batch.Retain);
    }

    private static CommandBatch Copy(CommandBatch batch)
    {
        var bytes = new byte[batch.EncodedCommandsBytes];
        batch.WriteCommands(bytes);
        var copy = CommandBatch.Rent();
        copy.ReadCommands(bytes);
        return copy;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes);
}
