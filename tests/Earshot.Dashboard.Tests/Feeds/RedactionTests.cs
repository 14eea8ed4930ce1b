using Earshot.Dashboard.Redaction;
using Earshot.Dashboard.Tests.Kit;
using Xunit;

namespace Earshot.Dashboard.Tests.Feeds;

/// <summary>Texts without secrets, subjects and addresses.</summary>
public sealed class RedactionTests
{
    private const string Jwt = "eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.eyJqdGkiOiJhYmNkZWZnaGlqIn0.c2lnbmF0dXJl";
    private const string Seed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";

    [Theory]
    [InlineData("token " + Jwt + " refused", "token *** refused")]
    [InlineData(Seed, "***")]
    [InlineData("nats://user:pass@n1:4222", "nats://***@n1:4222")]
    [InlineData("nats://token@n1", "nats://***@n1")]
    [InlineData("nats://user:it's@pa/ss@n1:4222", "nats://***@n1:4222")]
    [InlineData("nats://token@n1:4222,nats://user:pass@n2:4222", "nats://***@n1:4222,nats://***@n2:4222")]
    [InlineData("nats://n1:4222 of mail@example", "nats://n1:4222 of mail@example")]
    [InlineData("nats://n1:4222", "nats://n1:4222")]
    [InlineData("mail@example", "mail@example")]
    public void What_has_the_form_of_a_secret_is_removed(string text, string expected) => Assert.Equal(expected, SecretText.Apply(text));

    [Theory]
    [InlineData("connect to 10.20.30.40:4222 failed", "connect to 10.20.30.x:4222 failed", "connect to ip:4222 failed")]
    [InlineData("nats://[2001:db8:1:2:3:4:5:6]:4222", "nats://[2001:db8:1::]:4222", "nats://ip:4222")]
    [InlineData("peer 2001:db8:1:2:3:4:5:6", "peer 2001:db8:1::", "peer ip")]
    [InlineData("[::ffff:10.20.30.40]:4222", "[::]:4222", "ip:4222")]
    [InlineData("server 2.15.1 since 03:12:07.4", "server 2.15.1 since 03:12:07.4", "server 2.15.1 since 03:12:07.4")]
    [InlineData("version 1.2.3.4.5", "version 1.2.3.4.5", "version 1.2.3.4.5")]
    [InlineData("2026-11-29T03:12:07Z n1:4222", "2026-11-29T03:12:07Z n1:4222", "2026-11-29T03:12:07Z n1:4222")]
    [InlineData("peer fe80::1: refused", "peer fe80::: refused", "peer ip: refused")]
    [InlineData("no route to 2001:db8::5.", "no route to 2001:db8::.", "no route to ip.")]
    [InlineData("2001:db8:1:2:3:4:5:6:4222", "2001:db8:1:::4222", "ip:4222")]
    [InlineData("peer:2001:db8::5", "peer:2001:db8::", "peer:ip")]
    [InlineData("x_2001:db8::5, ip2001:db8::5", "x_2001:db8::, ip2001:db8::", "x_ip, ipip")]
    [InlineData("fe80::1%eth0: refused", "fe80::: refused", "ip: refused")]
    [InlineData("[fe80::1%eth0]:4222", "[fe80::]:4222", "ip:4222")]
    [InlineData("[::1]:4222", "[::]:4222", "ip:4222")]
    [InlineData("peer ::ffff:10.1.2.3:4222.", "peer :::4222.", "peer ip:4222.")]
    [InlineData("client_ip=2001:db8::5 ip=10.1.2.3", "client_ip=2001:db8:: ip=10.1.2.x", "client_ip=ip ip=ip")]
    [InlineData("""{"a":"2001:db8::5","b":"10.1.2.3"}""", """{"a":"2001:db8::","b":"10.1.2.x"}""", """{"a":"ip","b":"ip"}""")]
    [InlineData("ip10.1.2.3 x_10.1.2.3 10.1.2.3_a", "ip10.1.2.x x_10.1.2.x 10.1.2.x_a", "ipip x_ip ip_a")]
    [InlineData("host.10.1.2.3 10.1.2.3.x 10.1.2.3.", "host.10.1.2.x 10.1.2.x.x 10.1.2.x.", "host.ip ip.x ip.")]
    [InlineData("Foo::Bar std::add 00:1a:2b:3c:4d:5e", "Foo::Bar std::add 00:1a:2b:3c:4d:5e", "Foo::Bar std::add 00:1a:2b:3c:4d:5e")]
    public void Addresses_are_truncated_or_dropped(string text, string truncated, string dropped)
    {
        Assert.Equal(text, AddressText.Apply(text, NatsDashboardAddresses.Keep));
        Assert.Equal(truncated, AddressText.Apply(text, NatsDashboardAddresses.Truncate));
        Assert.Equal(dropped, AddressText.Apply(text, NatsDashboardAddresses.Drop));
    }

    [Fact]
    public void Equal_subjects_have_equal_hashes()
    {
        Assert.Matches("^#[0-9a-f]{8}$", SubjectText.Apply("orders.new", NatsDashboardSubjects.Hash));
        Assert.Equal(SubjectText.Apply("orders.new", NatsDashboardSubjects.Hash), SubjectText.Apply("orders.new", NatsDashboardSubjects.Hash));
        Assert.NotEqual(SubjectText.Apply("orders.new", NatsDashboardSubjects.Hash), SubjectText.Apply("orders.old", NatsDashboardSubjects.Hash));
    }

    [Fact]
    public void An_event_keeps_its_number_its_time_and_its_kind()
    {
        var e = new NatsServerErrorEvent { Text = "refused nats://user:pass@n1", Code = NatsServerErrorCode.Unknown };
        NatsConnectionEvent recorded = new NatsEvents(e).ToList()[^1];
        NatsServerErrorEvent shown = Assert.IsType<NatsServerErrorEvent>(new EventRedactor(new NatsDashboardOptions()).Redact(recorded));
        Assert.Equal((recorded.Sequence, recorded.Timestamp, recorded.Elapsed), (shown.Sequence, shown.Timestamp, shown.Elapsed));
        Assert.Equal("server error: refused nats://***@n1", shown.Message);
        Assert.Equal(recorded.Severity, shown.Severity);
    }

    [Fact]
    public void The_message_of_an_exception_is_not_shown_in_another_event_either()
    {
        var redactor = new EventRedactor(new NatsDashboardOptions());
        var faulted = new NatsCallbackFaultedEvent { Exception = new InvalidOperationException("row 17 of customer 4"), Fallback = "default", Callback = NatsOptionCallback.ReconnectDelay };
        Assert.DoesNotContain("customer", redactor.Redact(faulted)!.Message, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException", redactor.Redact(faulted)!.Message, StringComparison.Ordinal);
        Assert.Equal("failed: (message not shown)", redactor.Text("failed: row 17 of customer 4"));
    }

    [Theory]
    [InlineData("nats://user:password@n1:4222", "password")]
    [InlineData(Seed, "SUACSSL3")]
    [InlineData("on subject orders.new", "orders")]
    public void A_long_text_is_cut_after_what_is_not_shown_is_removed(string end, string secret)
    {
        var violation = new NatsPermissionViolationEvent { Subject = "orders.new", Subscriptions = [new Sub("orders.new")], Text = "" };
        foreach (int length in Enumerable.Range(4_001 - end.Length, end.Length))
        {
            string text = $"{new string('x', length - 1)} {end}";
            var redactor = new EventRedactor(new NatsDashboardOptions { Subjects = NatsDashboardSubjects.Drop });
            string shown = Assert.IsType<NatsPermissionViolationEvent>(redactor.Redact(violation with { Text = text })).Text;
            Assert.InRange(shown.Length, length, 4_000);
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
            Assert.DoesNotContain(":pa", redactor.Text(text), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_long_text_is_not_cut_within_a_character()
    {
        string text = $"{new string('x', 3_999)}\U0001F600 and more";
        Assert.Equal(new string('x', 3_999), new EventRedactor(new NatsDashboardOptions()).Text(text));
    }

    [Fact]
    public void An_event_with_nothing_to_hide_is_not_copied()
    {
        NatsConnectionEvent plain = new NatsEvents(new NatsServerErrorEvent { Text = "stale connection" }).ToList()[^1];
        NatsConnectionEvent failed = new NatsWriteErrorEvent { Exception = new System.Net.Sockets.SocketException(104) };
        NatsConnectionEvent other = new NatsWriteErrorEvent { Exception = new InvalidOperationException("row 17") };
        var redactor = new EventRedactor(new NatsDashboardOptions());
        Assert.Same(plain, redactor.Redact(plain));
        Assert.Same(failed, redactor.Redact(failed));
        Assert.NotSame(other, redactor.Redact(other));
        NatsConnectionEvent repeats = new NatsServerErrorEvent { Text = "again: row 17" };
        Assert.Equal("server error: again: (message not shown)", redactor.Redact(repeats)!.Message);
        Assert.NotSame(plain, new EventRedactor(new NatsDashboardOptions { Addresses = NatsDashboardAddresses.Drop }).Redact(plain));
    }

    [Theory]
    [InlineData("Drop")]
    [InlineData("New")]
    [InlineData("Slow")]
    [InlineData("DropNewest")]
    [InlineData("SlowConsumer")]
    [InlineData("Disconnected")]
    [InlineData("o")]
    [InlineData("T")]
    [InlineData("n")]
    [InlineData("1")]
    [InlineData("00")]
    [InlineData("00:00:00")]
    public void A_subject_that_is_a_word_of_the_event_hides_nothing_else(string subject)
    {
        foreach (NatsDashboardSubjects how in (NatsDashboardSubjects[])[NatsDashboardSubjects.Hash, NatsDashboardSubjects.Drop])
        {
            var sub = new Sub(subject);
            var slow = new NatsSlowConsumerEvent { Subscription = sub, Sid = "7", Subject = subject, Policy = NatsSlowConsumerPolicy.DropNewest };
            NatsConnectionEvent recorded = new NatsEvents(slow).ToList()[^1];
            var redactor = new EventRedactor(new NatsDashboardOptions { Subjects = how });
            NatsSlowConsumerEvent shown = Assert.IsType<NatsSlowConsumerEvent>(redactor.Redact(recorded));
            Assert.Equal((recorded.Timestamp, recorded.Elapsed, recorded.State, recorded.PreviousState), (shown.Timestamp, shown.Elapsed, shown.State, shown.PreviousState));
            Assert.Equal((NatsSlowConsumerPolicy.DropNewest, SubjectText.Apply(subject, how)), (shown.Policy, shown.Subject));
            Assert.Equal($"slow consumer: {SubjectText.Apply(subject, how)} (sid 7) holds 0 messages, 0 bytes (DropNewest)", shown.Message);
        }
    }

    [Theory]
    [InlineData("Initial")]
    [InlineData("DropNewest")]
    [InlineData("0")]
    [InlineData("o")]
    public void A_message_that_is_a_word_of_other_events_hides_nothing_of_them(string message)
    {
        var redactor = new EventRedactor(new NatsDashboardOptions());
        Assert.NotNull(redactor.Redact(new NatsInternalFaultEvent { Exception = new InvalidOperationException(message) }));
        var slow = new NatsSlowConsumerEvent { Subscription = new Sub("orders"), Sid = "7", Subject = "orders", Policy = NatsSlowConsumerPolicy.DropNewest };
        NatsConnectionEvent recorded = new NatsEvents(slow).ToList()[^1];
        NatsSlowConsumerEvent shown = Assert.IsType<NatsSlowConsumerEvent>(redactor.Redact(recorded));
        Assert.Equal((recorded.Message, recorded.Timestamp, recorded.State), (shown.Message, shown.Timestamp, shown.State));
        Assert.Equal("(message not shown)", redactor.Text(message));
    }

    [Theory]
    [InlineData("o", "nothing for o, orders or o.new", "nothing for #, orders or #.new")]
    [InlineData("orders.new", "no orders.new: orders.new-2 and orders.new.", "no #: orders.new-2 and #.")]
    [InlineData("subject", "the subject is subject", "the # is #")]
    [InlineData("10.1.2.3", "peer 10.1.2.3 refused", "peer # refused")]
    public void Subjects_are_replaced_in_texts_as_whole_words(string subject, string text, string expected)
    {
        var violation = new NatsPermissionViolationEvent { Subject = subject, Subscriptions = [new Sub(subject)], Text = text };
        foreach (NatsDashboardSubjects how in (NatsDashboardSubjects[])[NatsDashboardSubjects.Hash, NatsDashboardSubjects.Drop])
        {
            var redactor = new EventRedactor(new NatsDashboardOptions { Subjects = how, Addresses = NatsDashboardAddresses.Drop });
            NatsPermissionViolationEvent shown = Assert.IsType<NatsPermissionViolationEvent>(redactor.Redact(violation));
            Assert.Equal(expected.Replace("#", SubjectText.Apply(subject, how), StringComparison.Ordinal), shown.Text);
        }
    }

    [Theory]
    [InlineData("nats")]
    [InlineData("127")]
    [InlineData("127.0.0.1")]
    [InlineData("Open")]
    [InlineData("SubscriptionCreated")]
    [InlineData("e")]
    public async Task An_event_of_a_session_is_shown_whatever_the_subject_is(string subject)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: DashboardApp.Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        await connection.ConnectAsync(DashboardApp.Cancel);
        var created = new TaskCompletionSource<NatsSubscriptionCreatedEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable listener = connection.Events.On<NatsSubscriptionCreatedEvent>(e => created.TrySetResult(e));
        await using INatsSub<string> sub = await connection.SubscribeCoreAsync<string>(subject, cancellationToken: DashboardApp.Cancel);
        NatsSubscriptionCreatedEvent recorded = await created.Task.WaitAsync(DashboardApp.Limit, DashboardApp.Cancel);
        var redactor = new EventRedactor(new NatsDashboardOptions { Subjects = NatsDashboardSubjects.Hash });
        NatsSubscriptionCreatedEvent shown = Assert.IsType<NatsSubscriptionCreatedEvent>(redactor.Redact(recorded));
        Assert.Equal((recorded.State, recorded.Snapshot.Server!.Url, recorded.Snapshot.Server.Endpoint), (shown.State, shown.Snapshot.Server!.Url, shown.Snapshot.Server.Endpoint));
        Assert.Equal(SubjectText.Apply(subject, NatsDashboardSubjects.Hash), shown.Subject);
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("Password")]
    [InlineData("jwt")]
    public void Members_with_the_name_of_a_secret_are_found_in_an_event(string name)
    {
        Assert.True(SecretText.IsSecret(name));
        Assert.True(SecretText.IsIn($"{{\"{name}\":\"x\"}}"));
        Assert.False(SecretText.IsIn($"{{\"text\":\"{name}\"}}"));
    }

    [Theory]
    [InlineData(typeof(System.Net.Sockets.SocketException), true)]
    [InlineData(typeof(System.Security.Authentication.AuthenticationException), true)]
    [InlineData(typeof(NatsConnectionFailedException), true)]
    [InlineData(typeof(InvalidOperationException), false)]
    [InlineData(typeof(IOException), false)]
    public void Only_the_framework_and_the_client_write_messages_that_are_shown(Type type, bool isShown) => Assert.Equal(isShown, ExceptionNames.HasOwnText(type.FullName!));

    private sealed record Sub(string Subject) : INatsSub
    {
        public string? QueueGroup => null;

        public string Sid => "7";

        public NatsSubStats Stats => default;
    }
}
