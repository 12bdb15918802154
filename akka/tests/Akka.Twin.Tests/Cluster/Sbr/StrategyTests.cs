using Akka.Cluster.SBR;
using Xunit;

namespace Akka.Twin.Tests.ClusterMembership.Sbr;

/// <summary>Who is downed, for each strategy and picture of a split (see <see cref="Picture"/>); the looking side stands left.</summary>
public sealed class StrategyTests
{
    [Theory]
    [InlineData("a b | c", "c")]
    [InlineData("c | a b", "c")]
    [InlineData("b c | a", "a")]
    [InlineData("a | b c", "a")]
    // Two equal sides: the lowest address stays.
    [InlineData("a | b", "b")]
    [InlineData("b | a", "b")]
    [InlineData("a d | b c", "b c")]
    [InlineData("b c | a d", "c b")]
    // Newcomers do not count, but go with their side.
    [InlineData("a b | c d:joining e:weaklyup", "b c d e a")] // the other side may have moved its newcomers up: nobody can be sure
    [InlineData("a b c | d e:joining", "d e")]
    [InlineData("c d:joining e:weaklyup | a b", "d e c")]
    [InlineData("a:joining b c | d", "d")]
    [InlineData("b | c:joining", "c")]
    // Down and Exiting do not count at all.
    [InlineData("a | b c:down", "b")]
    [InlineData("b | a c:exiting", "b")]
    [InlineData("a b | c d:exiting e:down", "c")]
    // Ours that leave may have left as the other side sees it.
    [InlineData("a b:leaving | c", "c")]
    [InlineData("a:leaving b c:leaving | d e", "b c d e a")]
    [InlineData("d e | a:leaving b c:leaving", "e d")]
    public void The_majority_stays(string picture, string downed) =>
        Assert.Equal(downed, Picture.Decide(new KeepMajority(null), Picture.Of(picture)));

    [Theory]
    [InlineData("a:up.x b c | d:up.x e:up.x", "b c a")]
    [InlineData("d:up.x e:up.x | a:up.x b c", "a b c")]
    [InlineData("a:up.x b | c d e", "c d e")]
    // Nobody has the role: nobody stays.
    [InlineData("a b | c", "b c a")]
    public void Only_members_with_the_role_count_for_the_majority(string picture, string downed) =>
        Assert.Equal(downed, Picture.Decide(new KeepMajority("x"), Picture.Of(picture)));

    [Theory]
    [InlineData(2, "a b | c", "c")]
    [InlineData(2, "c | a b", "c")]
    [InlineData(3, "a b c | d e", "d e")]
    [InlineData(3, "d e | a b c", "e d")]
    // Neither side has it.
    [InlineData(3, "a b | c d", "b a")]
    [InlineData(3, "c d | a b", "d c")]
    // Newcomers do not make a quorum.
    [InlineData(3, "a b c:joining | d", "b c a")]
    [InlineData(3, "a b c:weaklyup | d", "b c a")]
    // More members than two quorums less one: both sides could have it.
    [InlineData(2, "a b | c d", "b c d a")]
    [InlineData(2, "c d | a b", "a b d c")]
    [InlineData(2, "a b | c d:joining", "c d")]
    public void A_side_with_the_quorum_stays(int size, string picture, string downed) =>
        Assert.Equal(downed, Picture.Decide(new StaticQuorum(size, null), Picture.Of(picture)));

    [Theory]
    [InlineData("a:up.x b:up.x | c d e", "c d e")]
    [InlineData("c d e | a:up.x b:up.x", "d e c")]
    public void Only_members_with_the_role_count_for_the_quorum(string picture, string downed) =>
        Assert.Equal(downed, Picture.Decide(new StaticQuorum(2, "x"), Picture.Of(picture)));

    [Theory]
    [InlineData("a#3 b#1 | c#2", "c")]
    [InlineData("c#2 | a#3 b#1", "c")]
    [InlineData("b#1 c | a#4 d#5 e#6", "a d e")]
    [InlineData("a#4 d#5 e#6 | b#1 c", "d e a")]
    // Two nodes: the oldest stays though it is alone.
    [InlineData("b#1 | a#2", "a")]
    [InlineData("a#2 | b#1", "a")]
    // Alone against several it goes.
    [InlineData("b#1 | a#2 c#3", "b")]
    [InlineData("a#2 c#3 | b#1", "b")]
    // A newcomer beside it is no company, but one beside the single other may be Up there by now: nobody can be sure.
    [InlineData("a#1 b:joining | c d", "b a")]
    [InlineData("a#1 | b c:joining", "b c a")]
    public void The_side_of_the_oldest_stays(string picture, string downed) =>
        Assert.Equal(downed, Picture.Decide(new KeepOldest(true, null), Picture.Of(picture)));

    [Theory]
    [InlineData("a#1 | b c d", "b c d")]
    [InlineData("b c d | a#1", "c d b")]
    // The oldest leaves: on the other side it may be gone already.
    [InlineData("a:leaving#1 d | b c", "b c d a")]
    public void The_oldest_stays_alone_when_it_may(string picture, string downed) =>
        Assert.Equal(downed, Picture.Decide(new KeepOldest(false, null), Picture.Of(picture)));

    [Theory]
    [InlineData("a:up.x#5 b | c#1 d#2 e:up.x#6", "c d e")]
    [InlineData("c#1 d#2 e:up.x#6 | a:up.x#5 b", "d e c")]
    [InlineData("a b | c", "b c a")]
    public void The_oldest_is_looked_for_among_the_role(string picture, string downed) =>
        Assert.Equal(downed, Picture.Decide(new KeepOldest(false, "x"), Picture.Of(picture)));

    [Theory]
    [InlineData("a b | c", "b c a")]
    [InlineData("b | a c:joining", "a c b")]
    public void Down_all_spares_nobody(string picture, string downed) =>
        Assert.Equal(downed, Picture.Decide(new DownEverybody(), Picture.Of(picture)));

    [Theory]
    // b and c cannot hear each other, both hear a.
    [InlineData("a b c", "b>c c>b", "", "b c")]
    [InlineData("a b c d e", "b>c c>b", "", "b c")]
    // One complains of another that has seen the very complaint.
    [InlineData("a b c", "b>c", "b c", "b c")]
    // The looking node is one of them: it goes last.
    [InlineData("b a c", "b>c c>b", "", "c b")]
    // Beside that a clean cut: decided as ever.
    [InlineData("a b c d | e", "b>c c>b", "", "b c e")]
    [InlineData("a b c | d e f g", "b>c c>b", "", "b c a")]
    // What remains is no clean cut either: nobody can be sure.
    [InlineData("a b c d | e", "d>c c>e", "", "b c d e a")]
    public void Who_is_connected_only_round_corners_goes(string picture, string complaints, string seen, string downed) =>
        Assert.Equal(downed, Picture.Decide(new KeepMajority(null), Picture.Of(picture, complaints, seen)));

    [Fact]
    public void What_a_downed_member_says_of_others_does_not_count() =>
        Assert.Equal("", Picture.Decide(new KeepMajority(null), Picture.Of("a b c:down", "c>a c>b")));
}
