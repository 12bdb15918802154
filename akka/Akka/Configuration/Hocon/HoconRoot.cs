namespace Akka.Configuration.Hocon;

/// <summary>The result of parsing one document.</summary>
public class HoconRoot
{
    /// <summary>A tree as a document.</summary>
    public HoconRoot(HoconValue value)
    {
        Value = value;
    }

    /// <summary>The tree.</summary>
    public HoconValue Value { get; }
}
