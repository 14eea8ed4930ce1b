using System.Text;
using Xunit;

namespace Earshot.Protocol.Tests;

public class ServerInfoReaderTests
{
    private const string First =
        "{\"server_id\":\"NCMK\",\"server_name\":\"n1\",\"version\":\"2.15.1\",\"proto\":1,\"go\":\"go1.27.2\",\"host\":\"127.0.0.1\",\"port\":24001,\"headers\":true,\"max_payload\":1048576,\"client_id\":6,\"client_ip\":\"127.0.0.1\",\"api_lvl\":5,\"xkey\":\"XBBB\"}";

    public static TheoryData<string> Malformed =>
    [
        "", " ", "{bad", "{", "[]", "null", "\"x\"", "5", "{\"a\":1", "{\"a\":1}}", "{\"a\":1} x", "{\"a\":1}{}", "{a:1}", "{\"a\":1,}",
        "{\"max_payload\":\"x\"}", "{\"max_payload\":1.5}", "{\"max_payload\":null}", "{\"max_payload\":1e400}", "{\"max_payload\":99999999999999999999}",
        "{\"client_id\":-1}", "{\"connect_urls\":5}", "{\"connect_urls\":{}}", "{\"server_id\":5}", "{\"server_id\":null}", "{\"ldm\":1}", "{\"headers\":\"true\"}",
        "{\"server_id\":\"\\ud800\"}", "{\"x\":" + new string('[', 5000), "{\"x\":[[[[[[[[1]]]]]]]]}",
    ];

    [Fact]
    public void The_first_info_of_a_bare_server_is_read()
    {
        NatsServerInfo info = Parse(First);

        Assert.Equal(
            new NatsServerInfo
            {
                Id = "NCMK",
                Name = "n1",
                Version = "2.15.1",
                ProtocolVersion = 1,
                GoVersion = "go1.27.2",
                Host = "127.0.0.1",
                Port = 24001,
                HeadersSupported = true,
                MaxPayload = 1048576,
                ClientId = 6,
                ClientIp = "127.0.0.1",
                ApiLevel = 5,
                XKey = "XBBB",
            },
            info);
        Assert.False(info.JetStreamAvailable);
        Assert.Null(info.ClientConnectUrls);
    }

    [Fact]
    public void The_info_that_answers_connect_is_read()
    {
        NatsServerInfo info = Parse(First[..^1] + ",\"connect_info\":true,\"remote_account\":\"$G\",\"acc_is_sys\":true}");

        Assert.True(info.IsConnectInfo);
        Assert.True(info.IsSystemAccount);
        Assert.Equal("$G", info.RemoteAccount);
    }

    [Fact]
    public void Every_other_field_is_read()
    {
        NatsServerInfo info = Parse(
            "{\"git_commit\":\"abc\",\"auth_required\":true,\"tls_required\":true,\"tls_verify\":true,\"tls_available\":true,\"jetstream\":true,\"nonce\":\"n\",\"cluster\":\"c\","
            + "\"cluster_dynamic\":true,\"domain\":\"d\",\"connect_urls\":[\"127.0.0.1:24011\",\"pub.example.com:5555\",\"[::1]:4222\"],\"ws_connect_urls\":[\"w:1\"],\"ldm\":true,\"ip\":\"x\",\"compression\":\"s2\"}");

        Assert.Equal(("abc", "n", "c", "d"), (info.GitCommit, info.Nonce, info.Cluster, info.Domain));
        Assert.True(info.AuthRequired && info.TlsRequired && info.TlsVerify && info.TlsAvailable && info.JetStreamAvailable && info.ClusterDynamic && info.LameDuckMode);
        Assert.Equal(["127.0.0.1:24011", "pub.example.com:5555", "[::1]:4222"], info.ClientConnectUrls!);
        Assert.Equal(["w:1"], info.WebSocketConnectUrls!);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void An_info_that_is_none_is_a_violation(string json)
    {
        NatsProtocolViolationException exception = Assert.Throws<NatsProtocolViolationException>(() => Parse(json));

        Assert.Equal(ProtocolViolation.MalformedInfo, exception.Violation);
        Assert.InRange(exception.Excerpt.Length, 0, 64);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_a_violation() =>
        Assert.Throws<NatsProtocolViolationException>(() => ServerInfoReader.Parse([.. "{\"server_id\":\""u8, 0xFF, .. "\"}"u8]));

    [Theory]
    [InlineData("1099511627776", int.MaxValue)]
    [InlineData("-1", -1)]
    [InlineData("0", 0)]
    public void P67_a_payload_limit_is_clamped_to_the_range_of_int(string number, int expected) =>
        Assert.Equal(expected, Parse($"{{\"max_payload\":{number}}}").MaxPayload);

    [Fact]
    public void P68_of_duplicate_keys_the_last_one_wins() =>
        Assert.Equal(2, Parse("{\"max_payload\":1,\"max_payload\":2}").MaxPayload);

    [Fact]
    public void P69_of_a_hundred_thousand_urls_the_first_1024_texts_are_kept()
    {
        string urls = string.Join(',', Enumerable.Range(0, 100_000).Select(i => i % 3 == 0 ? "[5]" : $"\"h{i}:1\""));

        NatsServerInfo read = Parse($"{{\"connect_urls\":[{urls}],\"port\":7}}");

        Assert.Equal(1024, read.ClientConnectUrls!.Length);
        Assert.Equal("h1:1", read.ClientConnectUrls[0]);
        Assert.Equal(7, read.Port);
    }

    [Fact]
    public void Unknown_fields_and_a_null_list_are_no_news() =>
        Assert.Equal(new NatsServerInfo { Port = 1 }, Parse("{\"new\":{\"a\":[{\"b\":null}]},\"connect_urls\":null,\"port\":1}"));

    [Fact]
    public void The_text_of_an_info_holds_no_nonce() =>
        Assert.DoesNotContain("canary", Parse("{\"nonce\":\"canary\"}").ToString(), StringComparison.Ordinal);

    [Fact]
    public void Texts_that_a_server_sends_to_every_client_are_stored_once()
    {
        NatsServerInfo one = Parse("{\"server_id\":\"SHARED\",\"port\":4222,\"client_id\":1,\"nonce\":\"a\",\"connect_urls\":[\"a:1\",\"b:2\"]}");
        NatsServerInfo other = Parse("{\"server_id\":\"SHARED\",\"port\":4222,\"client_id\":2,\"nonce\":\"b\",\"connect_urls\":[\"a:1\",\"b:2\"]}");
        Assert.Same(one.Id, other.Id);
        Assert.NotEqual(one, other);
        Assert.Equal(one, other with { ClientId = 1, Nonce = "a" });
        Assert.Equal((1UL, "a", 2UL, "b"), (one.ClientId, one.Nonce, other.ClientId, other.Nonce));
    }

    [Fact]
    public void Texts_are_stored_once_also_where_the_rest_of_the_info_differs()
    {
        NatsServerInfo one = Parse("{\"server_id\":\"TEXT-1\",\"server_name\":\"TEXT-2\",\"version\":\"TEXT-3\",\"port\":1}");
        NatsServerInfo other = Parse("{\"server_id\":\"TEXT-1\",\"server_name\":\"TEXT-2\",\"version\":\"TEXT-3\",\"port\":2}");
        object[] stored = [one.Id, one.Name, one.Version];
        Assert.Contains(true, stored.Zip(new object[] { other.Id, other.Name, other.Version }, ReferenceEquals)); // two that share a place replace each other
        Assert.Equal((1, 2), (one.Port, other.Port));
    }

    [Fact]
    public void Arrays_returned_by_server_info_are_copies()
    {
        NatsServerInfo one = Parse("{\"server_id\":\"LISTED\",\"connect_urls\":[\"a:1\"]}");
        one.ClientConnectUrls![0] = "evil:1";
        Assert.Equal(["a:1"], one.ClientConnectUrls!);
        Assert.Equal(["a:1"], Parse("{\"server_id\":\"LISTED\",\"connect_urls\":[\"a:1\"]}").ClientConnectUrls!);
        Assert.Equal(("OTHER", "LISTED"), ((one with { Id = "OTHER" }).Id, one.Id));
        Assert.NotEqual(one, Parse("{\"server_id\":\"LISTED\",\"connect_urls\":[\"a:2\"]}"));
    }

    [Theory]
    [InlineData("[]", "INFO is not an object.")]
    [InlineData("null", "INFO is not an object.")]
    [InlineData("{\"server_id\":null}", "A string is null.")]
    [InlineData("{\"nonce\":null}", "A string is null.")]
    [InlineData("{\"cluster\":null}", "A string is null.")]
    [InlineData("{\"connect_urls\":5}", "A list is not an array.")]
    [InlineData("{\"ws_connect_urls\":\"a:1\"}", "A list is not an array.")]
    public void The_cause_says_what_is_wrong(string json, string cause)
    {
        NatsProtocolViolationException violation = Assert.Throws<NatsProtocolViolationException>(() => Parse(json));
        Assert.Equal(cause, violation.InnerException!.Message);
        Assert.StartsWith("The server sent a malformed INFO.", violation.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("port")]
    [InlineData("api_lvl")]
    [InlineData("max_payload")]
    public void Numbers_beyond_int_are_clamped_at_both_ends(string field)
    {
        Assert.Equal(int.MinValue, Number("-2147483649"));
        Assert.Equal(int.MinValue, Number("-2147483648"));
        Assert.Equal(int.MaxValue, Number("2147483647"));
        Assert.Equal(int.MaxValue, Number("2147483648"));

        int Number(string number)
        {
            NatsServerInfo info = Parse($"{{\"{field}\":{number}}}");
            return field switch { "port" => info.Port, "api_lvl" => info.ApiLevel, _ => info.MaxPayload };
        }
    }

    [Fact]
    public void A_name_of_escapes_is_read_and_a_longer_one_is_unknown()
    {
        string escaped = string.Concat("ws_connect_urls".Select(letter => $"\\u{(int)letter:x4}"));
        Assert.Equal(["w:1"], Parse($"{{\"{escaped}\":[\"w:1\"]}}").WebSocketConnectUrls!);
        Assert.Equal(7, Parse($"{{\"{new string('x', 96)}\":\"a\",\"{new string('x', 97)}\":[1],\"port\":7}}").Port);
        Assert.Equal(7, Parse($"{{\"{string.Concat(Enumerable.Repeat("\\u0078", 17))}\":1,\"port\":7}}").Port);
    }

    [Fact]
    public void Objects_are_read_to_a_depth_of_eight()
    {
        Assert.Equal(1, Parse("{\"x\":[[[[[[[2]]]]]]],\"port\":1}").Port);
        Assert.Throws<NatsProtocolViolationException>(() => Parse("{\"x\":[[[[[[[[2]]]]]]]],\"port\":1}"));
    }

    [Fact]
    public void Texts_with_one_place_do_not_become_each_other()
    {
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(($"N{i}", $"V{i}"), (Parse($"{{\"server_id\":\"N{i}\",\"version\":\"V{i}\"}}").Id, Parse($"{{\"version\":\"V{i}\"}}").Version));
        }
    }

    [Fact]
    public void A_list_of_1025_texts_loses_the_last_one()
    {
        string[] read = Parse($"{{\"connect_urls\":[{string.Join(',', Enumerable.Range(0, 1025).Select(i => $"\"h{i}:1\""))}]}}").ClientConnectUrls!;
        Assert.Equal((1024, "h1023:1"), (read.Length, read[^1]));
        Assert.Empty(Parse("{\"connect_urls\":[]}").ClientConnectUrls!);
        Assert.Equal(["a:1"], Parse("{\"connect_urls\":[null,{\"a\":[1]},\"a:1\",true]}").ClientConnectUrls!);
    }

    [Fact]
    public void The_text_of_an_info_names_the_server()
    {
        NatsServerInfo info = Parse("{\"server_name\":\"n1\",\"version\":\"2.15.1\",\"host\":\"h\",\"port\":4222,\"client_id\":6,\"max_payload\":9}");
        Assert.Equal("NATS server n1 2.15.1 at h:4222, cluster none, client 6, max payload 9", info.ToString());
        Assert.Equal("NATS server n1 2.15.1 at h:4222, cluster c, client 6, max payload 9, lame duck", (info with { Cluster = "c", LameDuckMode = true }).ToString());
    }

    [Fact]
    public void Each_field_can_be_changed_by_itself()
    {
        var nothing = new NatsServerInfo();
        NatsServerInfo[] changed =
        [
            nothing with { Id = "a" }, nothing with { Name = "a" }, nothing with { Version = "a" }, nothing with { ProtocolVersion = 1 }, nothing with { GitCommit = "a" },
            nothing with { GoVersion = "a" }, nothing with { Host = "a" }, nothing with { Port = 1 }, nothing with { HeadersSupported = true }, nothing with { AuthRequired = true },
            nothing with { TlsRequired = true }, nothing with { TlsVerify = true }, nothing with { TlsAvailable = true }, nothing with { MaxPayload = 1 }, nothing with { JetStreamAvailable = true },
            nothing with { ClientIp = "a" }, nothing with { Cluster = "a" }, nothing with { ClusterDynamic = true }, nothing with { ClientConnectUrls = ["a"] }, nothing with { WebSocketConnectUrls = ["a"] },
            nothing with { LameDuckMode = true }, nothing with { IsConnectInfo = true }, nothing with { RemoteAccount = "a" }, nothing with { IsSystemAccount = true }, nothing with { ApiLevel = 1 },
            nothing with { Domain = "a" }, nothing with { XKey = "a" }, nothing with { ClientId = 1 }, nothing with { Nonce = "a" },
        ];
        Assert.Equal(changed.Length, changed.Append(nothing).Distinct().Count() - 1);
        Assert.Equal(new NatsServerInfo(), nothing);
    }

    private static NatsServerInfo Parse(string json) => ServerInfoReader.Parse(Encoding.UTF8.GetBytes(json));
}
