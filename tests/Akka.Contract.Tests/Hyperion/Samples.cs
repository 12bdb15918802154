using System.Collections.Immutable;
using Hyperion;

namespace Akka.Contract.Tests.Hyperion;

public enum Colour : byte
{
    Red = 1,
    Blue = 7,
}

public sealed record Leaf(string Name, int Weight);

public record Tree(Guid Id, Leaf First, Leaf? Second, ImmutableList<string> Labels, Dictionary<string, int> Counts);

public sealed record Oak(Guid Id, Leaf First, Leaf? Second, ImmutableList<string> Labels, Dictionary<string, int> Counts, Colour Colour)
    : Tree(Id, First, Second, Labels, Counts);

public class Holder
{
    private readonly string _hidden;

    public Holder(string hidden)
    {
        _hidden = hidden;
        ConstructorRuns++;
    }

    public static int ConstructorRuns { get; private set; }

    public string Hidden => _hidden;
}

public sealed class Heir(string hidden, int own) : Holder(hidden)
{
    private readonly int _own = own;

    public int Own => _own;
}

public sealed class Node
{
    public string Name = "";
    public Node? Next;
}

public sealed class Partly
{
    public int Kept;

    [NonSerialized]
    public int Volatile;

    [Ignore]
    public int Ignored;
}

/// <summary>Bytes of the one become bytes of the other by its name, so that nothing of the other has run.</summary>
public sealed class SleeperA
{
    public int Number;
}

public sealed class SleeperB
{
    public int Number;

    static SleeperB() => Alarm.Rang = true;

    public SleeperB() => Alarm.Rang = true;
}

public static class Alarm
{
    public static bool Rang { get; set; }
}

public sealed record Sealed(string Secret);

public sealed class SealedSurrogate : Surrogate<Sealed, Opened>
{
    public SealedSurrogate() : base(from => new Opened { Text = new string(from.Secret.Reverse().ToArray()) }, to => new Sealed(new string(to.Text.Reverse().ToArray())))
    {
    }
}

public sealed class Opened
{
    public string Text = "";
}
