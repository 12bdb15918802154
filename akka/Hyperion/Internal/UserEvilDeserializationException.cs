namespace Hyperion.Internal;

/// <summary>The type filter of the options does not allow the type.</summary>
public class UserEvilDeserializationException : EvilDeserializationException
{
    /// <summary>Says what happened.</summary>
    public UserEvilDeserializationException(string message, string typeString) : base(message, typeString)
    {
    }
}
