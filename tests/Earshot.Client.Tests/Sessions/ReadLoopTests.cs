using System.Text;
using Earshot.Client.Tests.Outbound;
using Earshot.Messages;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Sessions;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Sessions;

public sealed class ReadLoopTests
{
    private readonly SessionRig _rig = new();

    [Fact]
    public async Task Messages_go_to_the_subscription_of_their_sid_whatever_their_subject()
    {
        Subscription one = _rig.Rig.Subscribe("foo");
        Subscription two = _rig.Rig.Subscribe("bar");
        _rig.Started();
        await _rig.Peer.SendMessageAsync("foo", 1, "for one");
        await _rig.Peer.SendMessageAsync("elsewhere", 2, "P28");
        await _rig.SettledAsync();

        Assert.Equal((1, 1), (one.PendingMessages, two.PendingMessages));
        two.TryRead(out InboundMessage message);
        Assert.Equal("elsewhere", message.Subject);
        Assert.Equal(2, _rig.Rig.Parts.Counters.Messages);
    }

    [Fact]
    public async Task P24_P25_messages_without_a_subscription_are_dropped_and_counted()
    {
        Subscription subscription = _rig.Rig.Subscribe("foo");
        _rig.Started();
        await _rig.Peer.SendAsync("MSG foo 0 2\r\nhi\r\nMSG foo 77 2\r\nhi\r\nMSG foo 01 2\r\nhi\r\n");
        await _rig.SettledAsync();

        Assert.Equal(2, _rig.Rig.Parts.Counters.UnknownSids);
        Assert.Equal(1, subscription.PendingMessages);
        Assert.DoesNotContain(_rig.Rig.Events(), e => e.Severity > NatsEventSeverity.Information);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Message_with_headers_is_a_protocol_error_when_headers_were_declined(bool declines)
    {
        var rig = new SessionRig(DefaultOptions.Session with { Limits = declines ? ProtocolLimits.WithoutHeaders : ProtocolLimits.Default });
        Subscription subscription = rig.Rig.Subscribe("foo");
        rig.Started();
        await rig.Peer.SendRawAsync("MSG foo 1 2\r\nok\r\nHMSG foo 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"u8.ToArray());
        if (!declines)
        {
            await rig.SettledAsync();
            Assert.Equal(2, subscription.PendingMessages);
            return;
        }

        SessionEnd end = await rig.EndAsync();
        Assert.Equal(NatsDisconnectReason.ProtocolError, end.Reason);
        Assert.Contains("headers are disabled", end.Exception!.Message, StringComparison.Ordinal);
        Assert.Equal(1, subscription.PendingMessages);
    }

    [Theory]
    [InlineData("MSG foo 18446744073709551616 2\r\nhi\r\n")] // P26
    [InlineData("MSG foo 9223372036854775808 2\r\nhi\r\n")]
    [InlineData("MSG foo -1 2\r\nhi\r\n")] // P27
    [InlineData("MSG foo +1 2\r\nhi\r\n")]
    [InlineData("MSG foo 1e3 2\r\nhi\r\n")]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\n")]
    [InlineData("MSG foo 1 5\r\nhelloXX")]
    public async Task Invalid_protocol_ends_the_session_after_earlier_messages_were_delivered(string bytes)
    {
        Subscription subscription = _rig.Rig.Subscribe("foo");
        _rig.Started();
        string good = "MSG foo 1 2\r\nok\r\n";
        await _rig.Peer.SendRawAsync(Encoding.UTF8.GetBytes(good + bytes));
        SessionEnd end = await _rig.EndAsync();

        Assert.Equal(NatsDisconnectReason.ProtocolError, end.Reason);
        Assert.IsType<NatsProtocolViolationException>(end.Exception);
        Assert.Equal(1, subscription.PendingMessages);
        Assert.Equal((1, good.Length + bytes.Length), (_rig.Rig.Parts.Counters.Messages, _rig.Rig.Parts.Counters.Bytes));
        NatsProtocolErrorEvent reported = Assert.Single(_rig.Rig.Events().OfType<NatsProtocolErrorEvent>());
        Assert.Equal(bytes.Length, reported.BytesSkipped);
    }

    [Fact]
    public async Task P09_unsolicited_pongs_answer_no_later_ping()
    {
        _rig.Started();
        await _rig.Peer.SendAsync(string.Concat(Enumerable.Repeat("PONG\r\n", 1000)));
        await _rig.Peer.SendMessageAsync("x", 99, "end");
        await UntilAsync(() => _rig.Rig.Parts.Counters.UnknownSids == 1);
        PingWaiter ping = _rig.Rig.Pings.Send(inline: false)!;

        Assert.False(ping.Task.IsCompleted);
    }

    [Fact]
    public async Task P12_pings_of_one_buffer_are_answered_with_one_pong()
    {
        await _rig.Peer.SendAsync(string.Concat(Enumerable.Repeat("PING\r\n", 10_000)));
        _rig.Started();
        await UntilAsync(() => _rig.Rig.Parts.Counters.Bytes == 60_000);
        await UntilAsync(() => _rig.Rig.Outbound.PendingBytes == 0);

        Assert.InRange(_rig.Rig.Outbound.SentBytes, 6, 6 * 30);
    }

    [Fact]
    public async Task P18_P19_errors_are_reported_and_do_not_end_the_session_by_themselves()
    {
        _rig.Started();
        await _rig.Peer.SendAsync("-ERR 'Permissions Violation for Subscription to \"foo\"'");
        await _rig.Peer.SendAsync("-ERR 'Authorization Violation'");
        await _rig.SettledAsync();

        Assert.Equal(["foo", null], _rig.Errors.Select(error => error.Subject));
        Assert.Equal(0, _rig.Ends);
        _rig.Peer.Close();
        SessionEnd end = await _rig.EndAsync();
        Assert.Equal((NatsDisconnectReason.ServerError, NatsServerErrorCode.AuthorizationViolation), (end.Reason, end.ServerError!.Code));
    }

    [Fact]
    public async Task P20_a_flood_of_errors_does_not_end_the_session()
    {
        _rig.Started();
        await _rig.Peer.SendAsync(string.Concat(Enumerable.Repeat("-ERR 'x'\r\n", 20_000)));
        await _rig.SettledAsync();

        Assert.Equal((20_000, 0), (_rig.Errors.Count, _rig.Ends));
    }

    [Theory]
    [InlineData("INFO {bad")]
    [InlineData("INFO null")]
    [InlineData("INFO []")]
    [InlineData("INFO {\"server_id\":\"a\"} trailing")]
    public async Task P65_P66_P70_an_info_that_cannot_be_read_is_a_warning(string info)
    {
        _rig.Started();
        await _rig.Peer.SendAsync(info);
        await _rig.SettledAsync();

        Assert.Empty(_rig.Infos);
        Assert.Equal("MalformedInfo", Assert.Single(_rig.Rig.Events().OfType<NatsConfigurationWarningEvent>()).Code);
        Assert.Equal(0, _rig.Ends);
    }

    [Fact]
    public async Task P68_P71_every_info_is_passed_on_and_the_last_of_two_keys_wins()
    {
        _rig.Started();
        for (int i = 0; i < 100; i++)
        {
            await _rig.Peer.SendAsync($"INFO {{\"max_payload\":1,\"max_payload\":{i + 1},\"ldm\":{(i % 2 == 0 ? "true" : "false")}}}");
        }

        await _rig.SettledAsync();

        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), _rig.Infos.Select(info => (long)info.MaxPayload));
    }

    [Fact]
    public async Task A_full_subscription_with_policy_Wait_pauses_reading_until_it_is_read()
    {
        Subscription subscription = _rig.Rig.Subscribe("foo", new SubscriptionLimits(2, 1000, NatsSlowConsumerPolicy.Wait));
        _rig.Started();
        await _rig.Peer.SendAsync(string.Concat(Enumerable.Range(0, 10).Select(i => $"MSG foo 1 1\r\n{i}\r\n")));
        await UntilAsync(() => _rig.Session.IsReadBlocked);
        string read = "";
        while (read.Length < 10)
        {
            Assert.True(await subscription.WaitToReadAsync(PartsRig.Token).AsTask().WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
            while (subscription.TryRead(out InboundMessage message))
            {
                read += Encoding.UTF8.GetString(message.Payload.Span);
            }
        }

        Assert.Equal("0123456789", read);
        await UntilAsync(() => !_rig.Session.IsReadBlocked);
    }

    [Fact]
    public async Task Readers_that_make_progress_are_given_time_before_anything_is_dropped()
    {
        Subscription subscription = _rig.Rig.Subscribe("foo", Roomy);
        _rig.Started();
        await _rig.Peer.SendAsync(Messages(3000));
        await UntilAsync(() => _rig.Session.IsReadBlocked);
        int read = 0;
        while (read < 3000)
        {
            Assert.True(await subscription.WaitToReadAsync(PartsRig.Token).AsTask().WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
            while (subscription.TryRead(out _))
            {
                read++;
            }
        }

        Assert.Equal(0, subscription.Stats.Dropped);
        Assert.DoesNotContain(_rig.Rig.Events(), e => e is NatsSlowConsumerEvent);
    }

    [Fact]
    public async Task Readers_that_do_not_read_are_waited_for_once_and_then_lose_messages()
    {
        Subscription subscription = _rig.Rig.Subscribe("foo", Roomy);
        _rig.Started();
        await _rig.Peer.SendAsync(Messages(3000));
        await UntilAsync(() => _rig.Session.IsReadBlocked);
        Assert.Equal(0, subscription.Stats.Dropped);
        await UntilAsync(() =>
        {
            // The loop reports that it waits shortly before it has set its timer.
            if (_rig.Session.IsReadBlocked)
            {
                _rig.Rig.Time.Advance(TimeSpan.FromMilliseconds(20));
            }

            return subscription.Stats.Dropped == 3000 - Roomy.Messages;
        });

        await _rig.Peer.SendAsync(Messages(1000));
        await UntilAsync(() => subscription.Stats.Dropped == 4000 - Roomy.Messages);
        Assert.False(_rig.Session.IsReadBlocked);
    }

    [Fact]
    public async Task A_session_ends_although_its_reading_waits_for_a_subscription()
    {
        _rig.Rig.Subscribe("foo", new SubscriptionLimits(1, 1000, NatsSlowConsumerPolicy.Wait));
        _rig.Started();
        await _rig.Peer.SendAsync("MSG foo 1 0\r\n\r\nMSG foo 1 0\r\n\r\n");
        await UntilAsync(() => _rig.Session.IsReadBlocked);
        _rig.Session.End(new SessionEnd(NatsDisconnectReason.UserClosed));

        Assert.Equal(NatsDisconnectReason.UserClosed, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task P83_what_was_sent_before_the_end_is_delivered_first()
    {
        Subscription subscription = _rig.Rig.Subscribe("foo");
        await _rig.Peer.SendMessageAsync("foo", 1, "last words");
        _rig.Peer.Close();
        _rig.Started();

        Assert.Equal(NatsDisconnectReason.ServerClosed, (await _rig.EndAsync()).Reason);
        Assert.Equal(1, subscription.PendingMessages);
    }

    private static SubscriptionLimits Roomy => new(1024, 1024 * 1024, NatsSlowConsumerPolicy.DropNewest);

    private static string Messages(int count) => string.Concat(Enumerable.Repeat("MSG foo 1 1\r\nx\r\n", count));

    private static Task UntilAsync(Func<bool> condition) => Conditions.UntilAsync(condition);
}
