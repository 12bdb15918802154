using System;
using Akka.Configuration.Hocon;

namespace Akka.Configuration.Hocon.Parsing;

/// <summary>A position in the text, and errors that name it by line and column (both from 1).</summary>
internal sealed class HoconReader
{
    private const char End = '\0';

    private readonly string _text;

    public HoconReader(string text)
    {
        _text = text;
        Position = text.StartsWith('\ufeff') ? 1 : 0;
    }

    public int Position { get; private set; }

    public bool AtEnd => Position >= _text.Length;

    /// <summary>The current character; NUL at the end (a NUL in the text is an error wherever it is allowed to matter).</summary>
    public char Current => AtEnd ? End : _text[Position];

    public char Next => Position + 1 < _text.Length ? _text[Position + 1] : End;

    public bool AtComment => Current == '#' || (Current == '/' && Next == '/');

    public bool AtTripleQuote => StartsWith("\"\"\"");

    public void Advance(int count = 1) => Position += count;

    public bool StartsWith(string expected) => string.CompareOrdinal(_text, Position, expected, 0, expected.Length) == 0;

    public int IndexOf(string wanted) => _text.IndexOf(wanted, Position, StringComparison.Ordinal);

    public string Slice(int start, int end) => _text[start..end];

    /// <summary>Skips blanks on the line and returns them.</summary>
    public string SkipBlanks()
    {
        var start = Position;
        while (!AtEnd && HoconSyntax.IsBlank(Current))
        {
            Advance();
        }

        return start == Position ? string.Empty : Slice(start, Position);
    }

    /// <summary>Skips blanks, comments and newlines; true if there was a newline.</summary>
    public bool SkipSpace()
    {
        var newline = false;
        while (!AtEnd)
        {
            if (HoconSyntax.IsNewline(Current))
            {
                newline = true;
                Advance();
            }
            else if (HoconSyntax.IsBlank(Current))
            {
                Advance();
            }
            else if (AtComment)
            {
                SkipComment();
            }
            else
            {
                break;
            }
        }

        return newline;
    }

    public FormatException Error(string problem) => ErrorAt(Position, problem);

    public FormatException ErrorAt(int position, string problem) => new(Locate(position, problem));

    public ConfigurationException ConfigurationErrorAt(int position, string problem) => new(Locate(position, problem));

    /// <summary>How an error names the current character.</summary>
    public string Found() => AtEnd ? "the end" : HoconSyntax.IsNewline(Current) ? "the end of the line" : $"'{Current}'";

    private void SkipComment()
    {
        while (!AtEnd && !HoconSyntax.IsNewline(Current))
        {
            Advance();
        }
    }

    private string Locate(int position, string problem)
    {
        var (line, column) = (1, 1);
        for (var i = 0; i < position && i < _text.Length; i++)
        {
            if (_text[i] == '\n')
            {
                line++;
                column = 1;
            }
            else
            {
                column++;
            }
        }

        return $"HOCON, line {line}, column {column}: {problem}";
    }
}
