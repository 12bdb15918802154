namespace Akka.Configuration.Hocon.Parsing;

/// <summary>The character classes and the limits of the dialect.</summary>
internal static class HoconSyntax
{
    /// <summary>Levels of nesting, counting each element of a dotted key. Keeps every recursion over a tree far from the stack's end.</summary>
    public const int DepthMax = 256;

    /// <summary>Values in one document, each substitution counted as often as it stands for its target.</summary>
    public const long WeightMax = 1_000_000;

    /// <summary>Characters of a text that is put together from substitutions.</summary>
    public const int TextLengthMax = 1 << 20;

    /// <summary>Characters that unquoted text may not contain.</summary>
    public static bool IsReserved(char c) => c is '$' or '"' or '{' or '}' or '[' or ']' or ':' or '=' or ',' or '#'
        or '`' or '^' or '?' or '!' or '@' or '*' or '&' or '\\';

    public static bool IsBlank(char c) => c is ' ' or '\t' or '\u00a0';

    public static bool IsNewline(char c) => c is '\n' or '\r';
}
