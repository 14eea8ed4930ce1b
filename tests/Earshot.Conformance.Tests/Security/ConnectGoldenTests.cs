using Earshot.Authentication;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security;

/// <summary>The bytes of CONNECT for each way to say who one is, captured at the other end of the socket.</summary>
[OnlyReal(Because.ItAsksNoServer)]
public sealed class ConnectGoldenTests
{
    private const string Jwt = "eyJ0eXAiOiJKV1QifQ.eyJuYW1lIjoiZ29sZGVuIn0.c2lnbmF0dXJl";

    // RFC 8032, section 7.1, test 1.
    private static readonly byte[] s_key = Convert.FromHexString("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    private static readonly string s_seed = NKeyCodec.EncodeSeed(NKeyKind.User, s_key);
    private static readonly string s_public = NKeySigner.Parse(s_seed, "").PublicKey;

    [Fact]
    public async Task Anonymous() => await SaysAsync(new NatsAuthOpts(), "");

    [Fact]
    public async Task User_and_password() =>
        await SaysAsync(new NatsAuthOpts { Username = "ann", Password = "p\"\r\nPUB x 0" }, "\"user\":\"ann\",\"pass\":\"p\\\"\\r\\nPUB x 0\",");

    [Fact]
    public async Task Token() => await SaysAsync(new NatsAuthOpts { Token = "t0ken" }, "\"auth_token\":\"t0ken\",");

    [Fact]
    public async Task Nkey() => await SaysAsync(new NatsAuthOpts { Seed = s_seed }, $"\"nkey\":\"{s_public}\",\"sig\":\"{Signature}\",");

    [Fact]
    public async Task User_jwt() => await SaysAsync(new NatsAuthOpts { Jwt = Jwt, Seed = s_seed }, $"\"jwt\":\"{Jwt}\",\"sig\":\"{Signature}\",");

    [Fact]
    public async Task Bearer_jwt() => await SaysAsync(new NatsAuthOpts { Jwt = Jwt }, $"\"jwt\":\"{Jwt}\",");

    private static string Signature
    {
        get
        {
            using var signer = NKeySigner.FromKey(s_key, NKeyKind.User);
            return System.Buffers.Text.Base64Url.EncodeToString(signer.Sign("n0nce-n0nce-n0n"u8));
        }
    }

    private static async Task SaysAsync(NatsAuthOpts auth, string credentials)
    {
        var said = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ScriptedListener(async socket =>
        {
            await socket.SendAsync(ScriptedSocket.Info(1, ",\"nonce\":\"n0nce-n0nce-n0n\""));
            await socket.ServeAsync(untilPong: true);
            said.TrySetResult(socket.Connect);
            await socket.ServeAsync();
        });
        await using var connection = new NatsConnection(new NatsOpts { Url = $"nats://127.0.0.1:{server.Port}", Name = "golden", AuthOpts = auth });
        await connection.ConnectAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        string version = typeof(NatsConnection).Assembly.GetName().Version!.ToString(3);
        Assert.Equal(
            "CONNECT {\"verbose\":false,\"pedantic\":false,\"tls_required\":false," + credentials
                + $"\"name\":\"golden\",\"lang\":\".NET\",\"version\":\"{version}\",\"protocol\":1,\"echo\":true,\"headers\":true,\"no_responders\":true}}\r\n",
            await said.Task.WaitAsync(Connections.Limit, Connections.Cancelled));
    }
}
