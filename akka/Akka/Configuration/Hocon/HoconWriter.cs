using System;
using System.Globalization;
using System.Text;
using Akka.Configuration.Hocon.Parsing;

namespace Akka.Configuration.Hocon;

/// <summary>Writes a tree as text that parses back to the same tree.</summary>
internal static class HoconWriter
{
    public static string Write(HoconValue value)
    {
        var builder = new StringBuilder();
        if (value.Object != null)
        {
            WriteEntries(builder, value.Object, indent: 0);
        }
        else
        {
            WriteValue(builder, value, indent: 0);
        }

        return builder.ToString().TrimEnd('\n');
    }

    private static void WriteValue(StringBuilder builder, HoconValue value, int indent)
    {
        if (value.Object != null)
        {
            builder.Append("{\n");
            WriteEntries(builder, value.Object, indent + 2);
            builder.Append(' ', indent).Append('}');
        }
        else if (value.IsArray())
        {
            WriteArray(builder, value.Elements, indent);
        }
        else
        {
            WriteText(builder, value.GetString());
        }
    }

    private static void WriteEntries(StringBuilder builder, HoconObject value, int indent)
    {
        foreach (var (key, child) in value.Pairs)
        {
            builder.Append(' ', indent);
            WriteKey(builder, key);
            builder.Append(child.IsObject() ? " " : " = ");
            WriteValue(builder, child, indent);
            builder.Append('\n');
        }
    }

    private static void WriteArray(StringBuilder builder, ReadOnlySpan<HoconValue> elements, int indent)
    {
        builder.Append('[');
        for (var i = 0; i < elements.Length; i++)
        {
            builder.Append(i == 0 ? "" : ", ");
            WriteValue(builder, elements[i], indent);
        }

        builder.Append(']');
    }

    private static void WriteKey(StringBuilder builder, string key)
    {
        var plain = key.Length > 0;
        foreach (var c in key)
        {
            plain &= char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
        }

        if (plain && key != "include")
        {
            builder.Append(key);
        }
        else
        {
            WriteQuoted(builder, key);
        }
    }

    private static void WriteText(StringBuilder builder, string text)
    {
        if (text == null)
        {
            builder.Append("null");
        }
        else if (IsPlain(text))
        {
            builder.Append(text);
        }
        else
        {
            WriteQuoted(builder, text);
        }
    }

    /// <summary>True if the text can stand unquoted and reads back as itself.</summary>
    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || text == "null" || text[0] == ' ' || text[^1] == ' ')
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c < ' ' || c > '~' || c == '/' || HoconSyntax.IsReserved(c))
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteQuoted(StringBuilder builder, string text)
    {
        builder.Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"':
                case '\\':
                    builder.Append('\\').Append(c);
                    break;
                case '\n':
                    builder.Append("\\n");
                    break;
                case '\r':
                    builder.Append("\\r");
                    break;
                case '\t':
                    builder.Append("\\t");
                    break;
                case < ' ' or '\u007f' or '\u2028' or '\u2029':
                    builder.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default:
                    builder.Append(c);
                    break;
            }
        }

        builder.Append('"');
    }
}
