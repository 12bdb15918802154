using Cluster.Node.Configuration;
using Xunit;

namespace Cluster.Node.Tests.Configuration;

public class DefinitionTests
{
    [Theory]
    [InlineData("5")]
    [InlineData("-1.5e3")]
    [InlineData("on")]
    [InlineData("5s")]
    [InlineData("64MiB")]
    [InlineData("/tmp/a b/c")]
    [InlineData("akka.tcp://cluster@127.0.0.1:4053")]
    [InlineData("a = b # c")]
    [InlineData("${x}")]
    [InlineData("[open")]
    [InlineData("{open")]
    [InlineData("[a]b]")]
    [InlineData("\"open")]
    [InlineData("back\\slash\"quote")]
    [InlineData("")]
    public void A_value_that_is_no_HOCON_compound_is_the_text_itself(string value) =>
        Assert.Equal(value, Definition.Of("k", value).GetString("k"));

    [Fact]
    public void A_quoted_string_loses_its_quotes() => Assert.Equal("a b, \"c\"", Definition.Of("k", "\"a b, \\\"c\\\"\"").GetString("k"));

    [Fact]
    public void A_list_and_an_object_are_what_they_say()
    {
        Assert.Equal(["a", "b]"], Definition.Of("k", "[a, \"b]\"]").GetStringList("k"));
        Assert.Equal(7, Definition.Of("k", "{ a = { b = 7 }, c = [1] }").GetInt("k.a.b"));
    }

    [Fact]
    public void A_key_may_be_a_path_with_quoted_parts() =>
        Assert.Equal("v", Definition.Parse("a.\"b.c\".d=v").Config.GetString("a.\"b.c\".d"));
}
