using System.Buffers;
using System.Globalization;
using System.Text;

namespace Cluster.Node.Http;

/// <summary>
/// Writes the Prometheus text format, version 0.0.4. A metric is begun once with its help and type; then come its samples, with
/// at most two labels each.
/// </summary>
internal sealed class PrometheusWriter(IBufferWriter<byte> to)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private string _name = "";

    public PrometheusWriter Counter(string name, string help) => Begin(name, help, "counter");

    public PrometheusWriter Gauge(string name, string help) => Begin(name, help, "gauge");

    public void Sample(double value) => Line(_name, value);

    public void Sample(string label, string labelValue, double value) => Line($"{_name}{{{label}=\"{Escape(labelValue)}\"}}", value);

    public void Sample(string label, long labelValue, string label2, string label2Value, double value) =>
        Line(string.Create(CultureInfo.InvariantCulture, $"{_name}{{{label}=\"{labelValue}\",{label2}=\"{Escape(label2Value)}\"}}"), value);

    public void Sample(string label, long labelValue, double value) => Sample(label, labelValue.ToString(CultureInfo.InvariantCulture), value);

    private PrometheusWriter Begin(string name, string help, string type)
    {
        _name = name;
        Text($"# HELP {name} {help.Replace("\\", "\\\\").ReplaceLineEndings(" ")}\n# TYPE {name} {type}\n");
        return this;
    }

    private void Line(string series, double value) => Text($"{series} {Number(value)}\n");

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    private void Text(string text)
    {
        var span = to.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        to.Advance(Encoding.UTF8.GetBytes(text, span));
    }
}
