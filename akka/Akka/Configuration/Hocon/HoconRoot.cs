namespace Akka.Configuration.Hocon;

/// <summary>The result of parsing one document.</summary>
public class HoconRoot
{
    public HoconRoot(HoconValue value)
    {
        Value = value;
    }

    public HoconValue Value { get; }
}
