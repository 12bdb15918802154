using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon.Parsing;

/// <summary>Reads the tokens: keys, quoted and unquoted texts, substitutions, include names.</summary>
internal sealed class HoconTextParser(HoconReader reader)
{
    /// <summary>One element of a key; blanks around it are skipped, blanks inside it belong to it.</summary>
    public string ReadKeyElement()
    {
        reader.SkipBlanks();
        var start = reader.Position;
        if (reader.Current == '"')
        {
            if (reader.AtTripleQuote)
            {
                throw reader.Error("a key cannot be a triple-quoted text.");
            }

            var quoted = ReadQuoted();
            reader.SkipBlanks();
            return quoted;
        }

        while (!reader.AtEnd && reader.Current != '.' && !HoconSyntax.IsReserved(reader.Current)
            && !HoconSyntax.IsNewline(reader.Current) && !reader.AtComment)
        {
            reader.Advance();
        }

        var key = reader.Slice(start, reader.Position).Trim();
        if (key.Length == 0)
        {
            throw reader.ErrorAt(start, reader.Current == '.'
                ? "a key has an empty element; quote keys that contain dots."
                : $"a key is expected, not {reader.Found()}.");
        }

        if (key[^1] == '+' && reader.Current == '=')
        {
            throw reader.ErrorAt(start, "'+=' is not supported.");
        }

        return key;
    }

    /// <summary>Reads <c>include "name"</c> if it stands here.</summary>
    public bool TryReadInclude(out string name, out int position)
    {
        const string Keyword = "include";
        name = null;
        position = reader.Position;
        if (!reader.StartsWith(Keyword))
        {
            return false;
        }

        reader.Advance(Keyword.Length);
        if (reader.SkipBlanks().Length > 0)
        {
            if (reader.Current == '"' && !reader.AtTripleQuote)
            {
                name = ReadQuoted();
                return true;
            }

            if (reader.StartsWith("file(") || reader.StartsWith("url(") || reader.StartsWith("classpath("))
            {
                throw reader.ErrorAt(position, "only include \"name\" is supported.");
            }
        }

        reader.Advance(position - reader.Position);
        return false;
    }

    /// <summary>Reads <c>${path}</c>.</summary>
    public SubstitutionNode ReadSubstitution()
    {
        var start = reader.Position;
        if (reader.Next != '{')
        {
            throw reader.Error("'$' stands only in a substitution '${path}'; quote the text.");
        }

        reader.Advance(2);
        if (reader.Current == '?')
        {
            throw reader.ErrorAt(start, "optional substitutions '${?path}' are not supported, nor are environment variables.");
        }

        var pathStart = reader.Position;
        while (reader.Current != '}')
        {
            if (reader.AtEnd || HoconSyntax.IsNewline(reader.Current))
            {
                throw reader.ErrorAt(start, "this substitution is never closed.");
            }

            reader.Advance();
        }

        var path = reader.Slice(pathStart, reader.Position).Trim();
        reader.Advance();
        return path.Length > 0 ? new SubstitutionNode(path, start) : throw reader.ErrorAt(start, "this substitution has no path.");
    }

    /// <summary>Reads unquoted text up to where it must end, blanks inside and behind it included.</summary>
    public string ReadUnquoted()
    {
        var start = reader.Position;
        while (!reader.AtEnd && !HoconSyntax.IsReserved(reader.Current) && !HoconSyntax.IsNewline(reader.Current) && !reader.AtComment)
        {
            reader.Advance();
        }

        return reader.Slice(start, reader.Position);
    }

    public string ReadQuotedOrTriple() => reader.AtTripleQuote ? ReadTripleQuoted() : ReadQuoted();

    private string ReadTripleQuoted()
    {
        var start = reader.Position;
        reader.Advance(3);
        var end = reader.IndexOf("\"\"\"");
        if (end < 0)
        {
            throw reader.ErrorAt(start, "this triple-quoted text is never closed.");
        }

        var text = reader.Slice(reader.Position, end);
        reader.Advance(end + 3 - reader.Position);
        return text;
    }

    private string ReadQuoted()
    {
        var start = reader.Position;
        var text = new StringBuilder();
        reader.Advance();
        while (reader.Current != '"' || reader.AtEnd)
        {
            if (reader.AtEnd || HoconSyntax.IsNewline(reader.Current))
            {
                throw reader.ErrorAt(start, "this quoted text is not closed on its line.");
            }

            if (reader.Current == '\\')
            {
                reader.Advance();
                text.Append(ReadEscape());
            }
            else
            {
                text.Append(reader.Current);
                reader.Advance();
            }
        }

        reader.Advance();
        return text.ToString();
    }

    private char ReadEscape()
    {
        var escape = reader.Current;
        reader.Advance();
        return escape switch
        {
            '"' or '\\' or '/' => escape,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => ReadHexadecimal(),
            _ => throw reader.ErrorAt(reader.Position - 2, "unknown escape; known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX."),
        };
    }

    private char ReadHexadecimal()
    {
        var code = 0;
        for (var i = 0; i < 4; i++)
        {
            if (!char.IsAsciiHexDigit(reader.Current))
            {
                throw reader.Error("\\u needs four hexadecimal digits.");
            }

            code = (code << 4) | int.Parse(reader.Current.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            reader.Advance();
        }

        return (char)code;
    }
}
