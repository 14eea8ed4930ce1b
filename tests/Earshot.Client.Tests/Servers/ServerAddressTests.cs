using Earshot.Servers;
using Xunit;

namespace Earshot.Client.Tests.Servers;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("localhost", "nats", "localhost", 4222, "nats://localhost:4222/")]
    [InlineData("localhost:4222", "nats", "localhost", 4222, "nats://localhost:4222/")]
    [InlineData("demo:4333", "nats", "demo", 4333, "nats://demo:4333/")]
    [InlineData("nats://demo.nats.io", "nats", "demo.nats.io", 4222, "nats://demo.nats.io:4222/")]
    [InlineData("NATS://Demo.NATS.io:4222", "nats", "demo.nats.io", 4222, "nats://demo.nats.io:4222/")]
    [InlineData("nats://demo:4222/", "nats", "demo", 4222, "nats://demo:4222/")]
    [InlineData("  demo  ", "nats", "demo", 4222, "nats://demo:4222/")]
    [InlineData("demo.", "nats", "demo.", 4222, "nats://demo.:4222/")]
    [InlineData("nats_1:4222", "nats", "nats_1", 4222, "nats://nats_1:4222/")]
    [InlineData("10.0.0.1", "nats", "10.0.0.1", 4222, "nats://10.0.0.1:4222/")]
    [InlineData("[::1]:4222", "nats", "::1", 4222, "nats://[::1]:4222/")]
    [InlineData("[::1]", "nats", "::1", 4222, "nats://[::1]:4222/")]
    [InlineData("::1", "nats", "::1", 4222, "nats://[::1]:4222/")]
    [InlineData("nats://[2001:DB8::A]:1", "nats", "2001:db8::a", 1, "nats://[2001:db8::a]:1/")]
    [InlineData("h:1", "nats", "h", 1, "nats://h:1/")]
    [InlineData("h:65535", "nats", "h", 65535, "nats://h:65535/")]
    [InlineData("tls://h", "tls", "h", 4222, "tls://h:4222/")]
    [InlineData("ws://h", "ws", "h", 80, "ws://h/")]
    [InlineData("wss://h", "wss", "h", 443, "wss://h/")]
    [InlineData("wss://h:8443", "wss", "h", 8443, "wss://h:8443/")]
    [InlineData("bücher.example", "nats", "xn--bcher-kva.example", 4222, "nats://xn--bcher-kva.example:4222/")]
    public void Url_is_read_as_users_write_it(string text, string scheme, string host, int port, string url)
    {
        var address = ServerAddress.Parse(text);
        Assert.Equal((scheme, host, port), (address.Scheme, address.Host, address.Port));
        Assert.Null(address.UserInfo);
        Assert.Equal(new Uri(url), address.Url);
    }

    [Theory]
    [InlineData("nats://user:pa%40ss@h", "user", "pa@ss", null)]
    [InlineData("user:pass@h:4222", "user", "pass", null)]
    [InlineData("nats://user:p:w@h", "user", "p:w", null)]
    [InlineData("nats://user:p@w@h", "user", "p@w", null)]
    [InlineData("nats://user:p/w@h", "user", "p/w", null)]
    [InlineData("nats://user:@h", "user", "", null)]
    [InlineData("nats://%75ser:%C3%A4@h", "user", "ä", null)]
    [InlineData("nats://token@h", null, null, "token")]
    [InlineData("nats://a%3Ab@[::1]:4222", null, null, "a:b")]
    public void User_info_is_decoded_and_kept_out_of_the_url(string text, string? user, string? password, string? token)
    {
        var address = ServerAddress.Parse(text);
        Assert.Equal(new UserInfo(user, password, token), address.UserInfo);
        Assert.Empty(address.Url.UserInfo);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("foo bar")]
    [InlineData("foo\r\nPUB x 0")]
    [InlineData("h\0")]
    [InlineData("nats://")]
    [InlineData("nats:///")]
    [InlineData("nats://:4222")]
    [InlineData(":4222")]
    [InlineData("h:")]
    [InlineData("nats://h:0")]
    [InlineData("nats://h:65536")]
    [InlineData("nats://h:99999999999999999999")]
    [InlineData("nats://h:abc")]
    [InlineData("nats://h:-1")]
    [InlineData("nats://h:+1")]
    [InlineData("nats://h:000004222")]
    [InlineData("nats://[::1")]
    [InlineData("nats://[::1]x")]
    [InlineData("nats://[::1]:")]
    [InlineData("nats://[]:4222")]
    [InlineData("nats://[localhost]:4222")]
    [InlineData("nats://[1.2.3.4]:4222")]
    [InlineData("1:2:3")]
    [InlineData("ftp://h")]
    [InlineData("http://h:4222")]
    [InlineData("://h")]
    [InlineData("nats://h/path")]
    [InlineData("nats://h//")]
    [InlineData("nats://h?x=y")]
    [InlineData("nats://h#f")]
    [InlineData("nats://u:p@h?x=y")]
    [InlineData("nats://@h")]
    [InlineData("nats://:p@h")]
    [InlineData("nats://u:%zz@h")]
    [InlineData("nats://u:p%4@h")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("-a")]
    [InlineData("a-.b")]
    [InlineData("a*b")]
    [InlineData("h\\x")]
    [InlineData("999.1.1.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("127.0.0.01")]
    [InlineData(".")]
    public void Text_that_is_no_server_url_is_refused(string? text) =>
        Assert.Throws<ArgumentException>(() => ServerAddress.Parse(text!));

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Label_of_a_name_has_at_most_63_characters(int length, bool accepted)
    {
        string text = new string('a', length) + ".example";
        Assert.Equal(accepted, Record.Exception(() => ServerAddress.Parse(text)) is null);
    }

    [Theory]
    [InlineData("nats://user:hunter2@h:abc")]
    [InlineData("nats://hunter2@h:0")]
    [InlineData("nats://user:hunter2@h/path?token=hunter2")]
    [InlineData("nats://h?token=hunter2")]
    [InlineData("nats://u:hunter2")]
    [InlineData("u:hunter2%zz@h")]
    [InlineData("nats://u:p@hunter2@h:x")]
    [InlineData("ftp://user:hunter2@h")]
    [InlineData("nats://user:hunter2@")]
    public void Refusal_shows_no_secret(string text)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => ServerAddress.Parse(text));
        Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_password_cut_off_at_a_comma_is_not_shown()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => ServerAddress.ParseList("nats://u:hunter2,x@h:abc"));
        Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_is_printable_and_short()
    {
        string message = Assert.Throws<ArgumentException>(() => ServerAddress.Parse("a\r\n" + new string('x', 100_000))).Message;
        Assert.True(message.Length < 300, message.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Address_never_prints_its_credentials()
    {
        var address = ServerAddress.Parse("nats://user:hunter2@h");
        Assert.Equal("nats://h:4222/", new Uri(address.ToString()).ToString());
        Assert.Equal("***", address.UserInfo!.ToString());
        Assert.DoesNotContain("user", $"{address}{new PoolServer { Id = 0, Address = address }}", StringComparison.Ordinal);
    }

    [Fact]
    public void List_is_trimmed_and_loses_duplicates_but_not_its_order()
    {
        IReadOnlyList<ServerAddress> list = ServerAddress.ParseList(" b:1 , nats://a:2,B.:1,a:2, nats://x@b:1 ,[::1]:1,[0:0::1]:1 ");
        Assert.Equal(["b:1", "a:2", "::1:1"], list.Select(a => $"{a.Host}:{a.Port}"));
    }

    [Fact]
    public void Thousand_seeds_are_taken()
    {
        IReadOnlyList<ServerAddress> list = ServerAddress.ParseList(string.Join(',', Enumerable.Range(0, 2_000).Select(i => $"h{i % 1_000}")));
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"h{i}"), list.Select(a => a.Host));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,")]
    [InlineData(",a")]
    [InlineData("a,,b")]
    [InlineData("a, ,b")]
    [InlineData("a,b c")]
    [InlineData("ws://a,nats://b")]
    [InlineData("nats://a,b,wss://c")]
    public void List_with_an_empty_or_unfitting_entry_is_refused(string text) =>
        Assert.Throws<ArgumentException>(() => ServerAddress.ParseList(text));

    [Fact]
    public void Ws_with_wss_and_nats_with_tls_may_be_mixed()
    {
        Assert.Equal(2, ServerAddress.ParseList("ws://a,wss://b").Count);
        Assert.Equal(2, ServerAddress.ParseList("nats://a,tls://b").Count);
    }

    [Theory]
    [InlineData("10.0.0.1:4222", "10.0.0.1", 4222)]
    [InlineData("[2001:db8::1]:5", "2001:db8::1", 5)]
    [InlineData("pub.example.com:5555", "pub.example.com", 5555)]
    [InlineData("localhost:22", "localhost", 22)]
    public void Advertised_host_and_port_is_taken_with_the_scheme_of_the_server(string text, string host, int port)
    {
        Assert.True(ServerAddress.TryParseAdvertised(text, "tls", out ServerAddress? address, out string? reason), reason);
        Assert.Equal(("tls", host, port), (address.Scheme, address.Host, address.Port));
        Assert.Null(address.UserInfo);
    }

    [Theory]
    [InlineData("localhost", true, false)]
    [InlineData("10.1.2.3", false, true)]
    [InlineData("[::1]", true, true)]
    public void Literal_is_distinguished_from_name(string text, bool isLocal, bool isLiteral)
    {
        var address = ServerAddress.Parse(text);
        Assert.Equal(isLiteral, address.IsIpLiteral);
        Assert.Equal(isLocal, address.AliasKey == ServerAddress.Parse("127.0.0.1").AliasKey);
    }
}
