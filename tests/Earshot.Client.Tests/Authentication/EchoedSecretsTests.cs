using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Client.Tests.Outbound;
using Earshot.Diagnostics;
using Earshot.Sessions;
using Earshot.Testing;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Authentication;

/// <summary>A server that repeats what it was sent must not get it into events, exceptions or exports.</summary>
public sealed class EchoedSecretsTests
{
    private const string Password = "s3cret-Word";

    [Theory]
    [InlineData("password")]
    [InlineData("url")]
    [InlineData("token")]
    [InlineData("jwt")]
    public async Task A_server_that_repeats_CONNECT_in_an_ERR_puts_no_secret_into_events_and_exceptions(string way)
    {
        string jwt = "eyJ" + new string('a', 50) + ".eyJ" + new string('b', 50) + "." + new string('c', 86);
        await using var rig = new ConnectionRig(opts => opts with
        {
            Url = way == "url" ? $"nats://user:{Password}@10.0.0.1:4222" : opts.Url,
            AuthOpts = way switch
            {
                "password" => new NatsAuthOpts { Username = "user", Password = Password },
                "token" => new NatsAuthOpts { Token = Password },
                "jwt" => new NatsAuthOpts { Jwt = jwt, Seed = Keys.Seed() },
                _ => new NatsAuthOpts(),
            },
        });
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendInfoAsync(more: "\"nonce\":\"n0nce\"");
        string connect = (await peer.ExpectAsync("CONNECT", rig.Token)).Line;
        await peer.SendAsync($"-ERR 'Unknown Protocol Operation {connect}'");
        peer.Cut();

        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => connecting);
        string[] secrets = way == "jwt" ? [jwt, new string('c', 86), Signature(connect)] : [Password];
        await using var exported = new MemoryStream();
        await rig.Connection.Events.ExportAsync(exported, rig.Token);
        string all = failure + rig.Connection.Events.ToTimeline() + System.Text.Encoding.UTF8.GetString(exported.ToArray());
        Assert.Contains("Unknown Protocol Operation", all, StringComparison.Ordinal);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_ERR_of_a_live_session_and_its_trace_show_no_secret()
    {
        var rig = new ConnectionRig(opts => opts with { AuthOpts = new NatsAuthOpts { Username = "user", Password = Password } });
        var traced = new List<string>();
        using IDisposable tracing = rig.Connection.Events.On<NatsProtocolTraceEvent>(e => traced.Add(e.Message), dispatch: NatsDispatch.Inline);
        ScriptedPeer peer = await rig.OpenAsync();
        await peer.SendAsync($"-ERR 'Permissions Violation for Publish to \"a.b\" of user:{Password}'");
        NatsServerErrorEvent error = await rig.WhenAsync<NatsServerErrorEvent>();

        Assert.DoesNotContain(Password, error.Text, StringComparison.Ordinal);
        Assert.Contains(Redact.Mark, error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(traced, line => line.Contains(Password, StringComparison.Ordinal));
        Assert.Contains(traced, line => line.Contains("-ERR", StringComparison.Ordinal));
        await rig.PassUntilAsync(rig.Connection.DisposeAsync().AsTask());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_INFO_that_repeats_a_secret_shows_it_in_no_event(bool inHandshake)
    {
        await using var rig = new ConnectionRig(opts => opts with { AuthOpts = new NatsAuthOpts { Username = "user", Password = Password } });
        string echo = $"\"cluster\":\"of {Password}\",\"domain\":\"{Password}\",\"git_commit\":\"{Password}\"";
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendInfoAsync(more: inHandshake ? echo : null);
        await peer.FinishHandshakeAsync(rig.Token);
        await connecting;
        if (!inHandshake)
        {
            await peer.SendInfoAsync(more: echo);
            await rig.PassUntilAsync(rig.WhenAsync<NatsServerInfoUpdatedEvent>());
        }

        Assert.Equal("of " + Redact.Mark, rig.Connection.ServerInfo?.Cluster);
        await using var exported = new MemoryStream();
        await rig.Connection.Events.ExportAsync(exported, rig.Token);
        Assert.DoesNotContain(Password, System.Text.Encoding.UTF8.GetString(exported.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_WebSocket_is_closed_with_shows_no_secret()
    {
        var rig = new PartsRig();
        var sink = new EndSink();
        var transport = new ClosedTransport(new IOException($"The server closed the WebSocket: 1008 no such user:{Password}"));
        var session = new Session(1, transport, new ReceiveBuffer(transport, rig.Time), rig.Parts, sink) { Secrets = KnownSecrets.Of(hasJwt: false, Password) };
        rig.Attach(session.WriteLoop);
        session.Start();

        SessionEnd end = await sink.Ended.Task.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        Assert.Equal($"The server closed the WebSocket: 1008 no such user:{Redact.Mark}", end.Exception?.Message);
    }

    [Fact]
    public void A_secret_is_hidden_as_a_whole_word_only_and_also_in_its_JSON_form()
    {
        KnownSecrets secrets = KnownSecrets.Of(hasJwt: false, "test", "a\"quote")!;
        Assert.Equal("for *** of *** in latest tests", secrets.Hide("for test of a\\\"quote in latest tests"));
        Assert.Equal("test.a", secrets.Hide(new NatsServerError { Code = NatsServerErrorCode.PermissionsViolation, Text = "x", Subject = "test.a" }).Subject);
    }

    [Fact]
    public void A_secret_that_the_end_of_a_text_cuts_is_hidden()
    {
        KnownSecrets secrets = KnownSecrets.Of(hasJwt: true, "0123456789")!;
        Assert.Equal("pass: ***", secrets.Hide("pass: 01234567"));
        Assert.Equal("jwt: ***", secrets.Hide("jwt: eyJhbGci"));
    }

    [Fact]
    public void With_a_secret_below_four_bytes_the_whole_text_of_an_authentication_error_is_replaced()
    {
        KnownSecrets secrets = KnownSecrets.Of(hasJwt: false, "abc")!;
        var refused = new NatsServerError { Code = NatsServerErrorCode.AuthorizationViolation, Text = "Authorization Violation abc" };
        Assert.Equal("AuthorizationViolation (***)", secrets.Hide(refused).Text);
        Assert.Equal("Slow Consumer abc", secrets.Hide(new NatsServerError { Code = NatsServerErrorCode.StaleConnection, Text = "Slow Consumer abc" }).Text);
        Assert.Null(KnownSecrets.Of(hasJwt: false, null, ""));
    }

    private static string Signature(string connect)
    {
        int at = connect.IndexOf("\"sig\":\"", StringComparison.Ordinal) + 7;
        return connect[at..connect.IndexOf('"', at)];
    }

    private sealed class ClosedTransport(Exception failure) : ITransport
    {
        public System.Net.EndPoint? RemoteEndPoint => null;

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => ValueTask.FromException<int>(failure);

        public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => default;

        public void Abort()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class EndSink : ISessionSink
    {
        public TaskCompletionSource<SessionEnd> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        void ISessionSink.InfoArrived(Session session, NatsServerInfo info)
        {
        }

        void ISessionSink.ServerErrorArrived(Session session, NatsServerError error)
        {
        }

        void ISessionSink.Ended(Session session, SessionEnd end) => Ended.TrySetResult(end);
    }
}
