using Earshot.KeyValueStore.Buckets;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Keys;

/// <summary>The rules of names, keys and filters.</summary>
public sealed class KeyRulesTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("A.b-c/d_e=f.9", true)]
    [InlineData("_kv.a", false)]
    [InlineData("a..b", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("a*", false)]
    [InlineData("a b", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Key_follows_the_specification(string? key, bool isValid) => Assert.Equal(isValid, KeyRules.CheckKey(key) is null);

    [Theory]
    [InlineData(">", true)]
    [InlineData("*", true)]
    [InlineData("a.*.b.>", true)]
    [InlineData("a.b", true)]
    [InlineData(">.a", false)]
    [InlineData("a.b*", false)]
    [InlineData("a..b", false)]
    [InlineData("a.", false)]
    public void Filter_is_a_key_with_wildcards_as_tokens(string filter, bool isValid)
    {
        Exception? thrown = Record.Exception(() => KeyRules.CheckFilter(filter));
        Assert.Equal(isValid, thrown is null);
        Assert.True(thrown is null or NatsKVException);
    }
}
