namespace Akka.Event;

/// <summary>How grave an event is.</summary>
public enum LogLevel
{
    /// <summary>For who looks for a fault.</summary>
    DebugLevel = 0,
    /// <summary>What is worth knowing.</summary>
    InfoLevel = 1,
    /// <summary>What may become a fault.</summary>
    WarningLevel = 2,
    /// <summary>A fault.</summary>
    ErrorLevel = 3,
}
