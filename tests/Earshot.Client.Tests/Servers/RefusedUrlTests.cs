using Earshot.Servers;
using Xunit;

namespace Earshot.Client.Tests.Servers;

/// <summary>What the exceptions about server URLs say, and what is wrong with an advertised address.</summary>
public sealed class RefusedUrlTests
{
    [Theory]
    [InlineData("", "'' is not a server URL: it is empty.")]
    [InlineData("a\tb", "it contains white space or a control character.")]
    [InlineData("a\u0001b", "it contains white space or a control character.")]
    [InlineData("a b", "it contains white space or a control character.")]
    [InlineData("http://a", "'http://a' is not a server URL: the scheme must be nats, tls, ws or wss.")]
    [InlineData("://a", "the scheme must be nats, tls, ws or wss.")]
    [InlineData("nats://a/b", "a path, query or fragment is not allowed.")]
    [InlineData("nats:///a", "a path, query or fragment is not allowed.")]
    [InlineData("nats://@a", "the user info before '@' is empty.")]
    [InlineData("nats://:p@a", "the user info before '@' is empty.")]
    [InlineData("nats://u%2@a", "the user info before '@' is not percent-encoded correctly.")]
    [InlineData("nats://u:%zz@a", "the user info before '@' is not percent-encoded correctly.")]
    [InlineData("nats://[::1", "the IPv6 address is not valid.")]
    [InlineData("nats://[]:4222", "the IPv6 address is not valid.")]
    [InlineData("nats://[::1]4222", "the IPv6 address is not valid.")]
    [InlineData("nats://a:b:c", "the IPv6 address is not valid.")]
    [InlineData("nats://:::", "the IPv6 address is not valid.")]
    [InlineData("nats://a:0", "the port must be a number from 1 to 65535.")]
    [InlineData("nats://a:065535", "the port must be a number from 1 to 65535.")]
    [InlineData("nats://:4222", "the host is missing.")]
    [InlineData("nats://127.1", "the host is not valid.")]
    [InlineData("nats://a_-", "the host is not valid.")]
    [InlineData("nats://a.-b", "the host is not valid.")]
    [InlineData("nats://a!b", "the host is not valid.")]
    [InlineData("nats://\u00e4..b", "the host is not valid.")]
    public void Exception_says_what_is_wrong(string url, string reason)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>("text", () => ServerAddress.Parse(url));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_and_empty_lists_are_refused_by_name()
    {
        Assert.StartsWith("The server URL is null.", Assert.Throws<ArgumentException>("text", () => ServerAddress.Parse(null!)).Message, StringComparison.Ordinal);
        Assert.StartsWith("The list of server URLs is null.", Assert.Throws<ArgumentException>("text", () => ServerAddress.ParseList((string)null!)).Message, StringComparison.Ordinal);
        Assert.StartsWith("The list of server URLs has an empty entry.", Assert.Throws<ArgumentException>("texts", () => ServerAddress.ParseList("a, ,b")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("texts", () => ServerAddress.ParseList((IEnumerable<string>)null!));
        Assert.Throws<ArgumentNullException>("addresses", () => ServerAddress.RefuseMixedSchemes(null!));
        Assert.StartsWith(
            "WebSocket and other server URLs cannot be mixed: 'nats://a:4222/' and 'wss://b/'.",
            Assert.Throws<ArgumentException>("addresses", () => ServerAddress.ParseList("a,wss://b")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("a", "the port is missing")]
    [InlineData("a\u007f:1", "it is not host:port")]
    [InlineData("\u00e4:1", "it is not host:port")]
    [InlineData("/:1", "it is not host:port")]
    [InlineData("a/:1", "it is not host:port")]
    [InlineData("::1", "the IPv6 address is not valid")]
    [InlineData("0.0.0.0:1", "the address is unspecified")]
    [InlineData("[::]:1", "the address is unspecified")]
    [InlineData("223.255.255.255:1", null)]
    [InlineData("224.0.0.1:1", "the address is a multicast or broadcast address")]
    [InlineData("239.0.0.1:1", "the address is a multicast or broadcast address")]
    [InlineData("240.0.0.1:1", null)]
    [InlineData("255.255.255.255:1", "the address is a multicast or broadcast address")]
    [InlineData("[ff02::1]:1", "the address is a multicast or broadcast address")]
    public void Advertised_address_is_refused_with_a_reason(string text, string? reason)
    {
        Assert.Equal(reason is null, ServerAddress.TryParseAdvertised(text, "nats", out ServerAddress? address, out string? found));
        Assert.Equal(reason, found);
        Assert.Equal(reason is null, address is not null);
    }

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void Name_may_have_as_many_characters_as_DNS_allows(int length, bool isValid)
    {
        string name = string.Concat(Enumerable.Repeat("abcdefghi.", 26))[..length].TrimEnd('.').PadRight(length, 'x');
        Assert.Equal(isValid, Record.Exception(() => ServerAddress.Parse(name)) is null);
    }

    [Theory]
    [InlineData(295, "the host is not valid")] // with the port 300 characters
    [InlineData(296, "it is too long")]
    public void Advertised_address_has_at_most_300_characters(int length, string reason)
    {
        Assert.False(ServerAddress.TryParseAdvertised(new string('a', length) + ":4222", "nats", out _, out string? found));
        Assert.Equal(reason, found);
    }

    [Fact]
    public void Mapped_addresses_and_final_dots_are_the_same_server()
    {
        Assert.Equal(ServerAddress.Parse("10.0.0.1").Key, ServerAddress.Parse("[::ffff:10.0.0.1]").Key);
        Assert.Equal(ServerAddress.Parse("a.b").Key, ServerAddress.Parse("a.b.").Key);
        Assert.NotEqual(ServerAddress.Parse("a.b:1").Key, ServerAddress.Parse("a.b:2").Key);
        Assert.Equal(ServerAddress.Parse("localhost").AliasKey, ServerAddress.Parse("[::ffff:127.0.0.1]").AliasKey);
        Assert.Equal(ServerAddress.Parse("localhost.").AliasKey, ServerAddress.Parse("[::1]").AliasKey);
        Assert.NotEqual(ServerAddress.Parse("localhost").AliasKey, ServerAddress.Parse("[::ffff:10.0.0.1]").AliasKey);
        Assert.Equal((true, true, false, false), (Is("ws"), Is("wss"), Is("nats"), Is("tls")));

        static bool Is(string scheme) => ServerAddress.Parse($"{scheme}://a").IsWebSocket;
    }
}
