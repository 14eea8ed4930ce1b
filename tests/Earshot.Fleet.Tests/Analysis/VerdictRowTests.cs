using Earshot.Fleet.Records;
using Earshot.Fleet.Tests.Story;
using Xunit;

namespace Earshot.Fleet.Tests.Analysis;

/// <summary>What a real server and a real client report of each cause, as seen on nats-server 2.15 and 2.9, and the verdict that follows.</summary>
public sealed class VerdictRowTests
{
    public static TheoryData<string, FleetVerdict, bool> ServerReasons => new()
    {
        { "Slow Consumer (Pending Bytes)", FleetVerdict.SlowReader, false },
        { "Slow Consumer (Write Deadline)", FleetVerdict.SlowReader, false },
        { "Protocol Violation", FleetVerdict.ProtocolViolation, false },
        { "Maximum Message Payload Exceeded", FleetVerdict.TooLarge, false },
        { "Maximum Control Line Exceeded", FleetVerdict.TooLarge, false },
        { "Authentication Expired", FleetVerdict.CredentialsExpired, false },
        { "Credentials Revoked", FleetVerdict.CredentialsRevoked, false },
        { "Kicked", FleetVerdict.Kicked, false },
        { "Stale Connection", FleetVerdict.ClientSilent, false },
        { "A reason of tomorrow", FleetVerdict.Unknown, false },
        { "Authentication Failure", FleetVerdict.WrongCredentials, true },
        { "Authentication Timeout", FleetVerdict.AuthenticationTimeout, true },
        { "Maximum Connections Exceeded", FleetVerdict.ServerFull, true },
        { "TLS Handshake Failure", FleetVerdict.TlsFailed, true },
        { "Maximum Account Connections Exceeded", FleetVerdict.AccountFull, true },
    };

    [Theory]
    [MemberData(nameof(ServerReasons))]
    public void The_words_of_a_server_have_their_verdict_without_a_journal(string reason, FleetVerdict verdict, bool isRefused)
    {
        (ClusterStory story, StoryServer server, StoryClient client) = Begin(hasJournal: false);
        if (isRefused)
        {
            server.LastClientId++;
            story.Refused(client, server, reason, account: reason.Contains("Account", StringComparison.Ordinal) ? "APP" : null);
        }
        else
        {
            story.Closed(client, reason);
        }

        FleetLoss loss = Assert.Single(Find(story).Losses);
        Assert.Equal((verdict, isRefused, reason), (loss.Verdict, loss.IsRefusal, loss.ServerSays));
    }

    [Fact]
    public void A_client_that_closes_its_connection_on_request_is_no_loss()
    {
        (ClusterStory story, _, StoryClient client) = Begin();
        story.Lost(client, NatsDisconnectReason.Disposed);
        story.Closed(client, "Client Closed");
        story.Journal(client, NatsEventKind.Closed, entry => entry with { Reason = "Disposed" });
        Assert.Empty(Find(story).Losses);
    }

    [Theory]
    [InlineData("Client Closed")]
    [InlineData("Read Error")]
    public void A_journal_that_ends_without_Closed_shows_that_the_process_died(string reason)
    {
        (ClusterStory story, _, StoryClient client) = Begin();
        story.Closed(client, reason);
        Assert.Equal(FleetVerdict.ProcessDied, Assert.Single(Find(story).Losses).Verdict);
        Assert.Equal(FleetVerdict.Unknown, Assert.Single(Incidents.Find(story.Records, new IncidentOptions { CompleteUntil = story.Now.AddSeconds(-1) }).Losses).Verdict);
    }

    [Fact]
    public void A_closed_client_without_a_journal_is_not_explained_and_says_why()
    {
        (ClusterStory story, _, StoryClient client) = Begin(hasJournal: false);
        story.Closed(client, "Client Closed");
        FleetLoss loss = Assert.Single(Find(story).Losses);
        Assert.Equal(FleetVerdict.Unknown, loss.Verdict);
        Assert.Contains("its journal would show which", loss.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void One_new_connection_explains_one_of_two_lost_ones_that_look_alike()
    {
        (ClusterStory story, StoryServer server, StoryClient client) = Begin(hasJournal: false);
        var twin = new StoryClient("c2") { HasJournal = false };
        story.Connect(twin, server);
        story.Pass(60);
        story.Closed(client, "Kicked");
        story.Closed(twin, "Kicked");
        story.Pass(1);
        story.Connect(twin, server);
        Assert.Equal([FleetOutcome.Unknown, FleetOutcome.InferredBack], Find(story).Losses.Select(loss => loss.Outcome).Order());
    }

    [Fact]
    public void A_reset_that_a_living_client_reports_is_the_network()
    {
        (ClusterStory story, StoryServer server, StoryClient client) = Begin();
        story.Closed(client, "Read Error");
        story.Lost(client, NatsDisconnectReason.SocketError, "System.IO.IOException");
        Reconnect(story, client, server);
        Assert.Equal(FleetVerdict.NetworkFailure, Assert.Single(Find(story).Losses).Verdict);
    }

    [Fact]
    public void A_pause_of_the_process_explains_why_it_did_not_answer()
    {
        (ClusterStory story, StoryServer server, StoryClient client) = Begin();
        story.Closed(client, "Stale Connection");
        story.Pass(20);
        story.Journal(client, NatsEventKind.ProcessStalled, entry => entry with { Duration = 30 });
        story.Lost(client, NatsDisconnectReason.ServerStale);
        Reconnect(story, client, server);
        Assert.Equal(FleetVerdict.ProcessPaused, Assert.Single(Find(story).Losses).Verdict);
    }

    [Fact]
    public void A_removed_user_is_a_closed_client_that_runs_and_did_not_ask_for_it()
    {
        (ClusterStory story, StoryServer server, StoryClient client) = Begin();
        story.Closed(client, "Client Closed");
        story.Lost(client, NatsDisconnectReason.ServerClosed);
        Reconnect(story, client, server);
        Assert.Equal(FleetVerdict.UserRemovedOrProxy, Assert.Single(Find(story).Losses).Verdict);
    }

    [Fact]
    public void A_password_that_a_reload_changed_is_one_loss_of_an_open_connection()
    {
        (ClusterStory story, _, StoryClient client) = Begin();
        story.Closed(client, "Authentication Failure");
        story.Closed(client, "Authentication Failure", ServerRecordKind.Filled);
        story.Journal(client, NatsEventKind.ServerError, entry => entry with { Reason = nameof(NatsServerErrorCode.AuthorizationViolation) });
        story.Lost(client, NatsDisconnectReason.ServerError);
        FleetLoss loss = Assert.Single(Find(story).Losses);
        Assert.Equal((FleetVerdict.WrongCredentials, false), (loss.Verdict, loss.IsRefusal));
    }

    [Fact]
    public void A_wrong_password_is_one_refusal_though_three_records_report_it()
    {
        (ClusterStory story, StoryServer server, StoryClient client) = Begin();
        server.LastClientId++;
        story.Refused(client, server, "Authentication Failure", account: "$G");
        story.Refused(client, server, "Authentication Failure");
        story.Refused(client, server, "Authentication Failure", ServerRecordKind.Filled);
        story.Attempt(client, server, NatsConnectPhase.Authentication, nameof(NatsServerErrorCode.AuthorizationViolation));
        FleetLoss loss = Assert.Single(Find(story).Losses);
        Assert.Equal((FleetVerdict.WrongCredentials, true, client.Id), (loss.Verdict, loss.IsRefusal, loss.ConnectionId));
    }

    [Fact]
    public void Refusals_are_one_incident_with_the_number_of_attempts_also_of_those_that_an_event_represents()
    {
        (ClusterStory story, StoryServer server, StoryClient client) = Begin();
        for (int i = 0; i < 4; i++)
        {
            story.Pass(20);
            server.LastClientId++;
            story.Attempt(client, server, NatsConnectPhase.Authentication, nameof(NatsServerErrorCode.AuthorizationViolation));
        }

        var last = (JournalRecord)story.Records[^1];
        story.Records[^1] = last with { Entry = last.Entry with { Count = 57 } };
        FleetIncident incident = Assert.Single(Find(story).Incidents);
        Assert.Equal((FleetIncidentKind.Refusals, FleetVerdict.WrongCredentials, 4), (incident.Kind, incident.Verdict, incident.Count));
        Assert.StartsWith("n1 refused 60 attempts of 1 client from ", incident.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_is_a_failure_of_TLS_on_both_sides()
    {
        (ClusterStory story, StoryServer server, StoryClient client) = Begin();
        server.LastClientId++;
        story.Refused(client, server, "TLS Handshake Failure", account: "$G");
        story.Attempt(client, server, NatsConnectPhase.Tls);
        Assert.Equal(FleetVerdict.Certificate, Assert.Single(Find(story).Losses).Verdict);
    }

    [Fact]
    public void A_certificate_that_the_client_refuses_is_one_although_the_server_only_sees_the_end()
    {
        (ClusterStory story, StoryServer server, StoryClient client) = Begin();
        server.LastClientId++;
        story.Refused(client, server, "Client Closed", account: "$G");
        story.Attempt(client, server, NatsConnectPhase.Tls, JournalEntries.CertificateRefused);
        Assert.Equal(FleetVerdict.Certificate, Assert.Single(Find(story).Losses).Verdict);
    }

    [Fact]
    public void An_attempt_on_a_server_that_is_not_there_is_no_refusal()
    {
        (ClusterStory story, StoryServer server, StoryClient client) = Begin();
        story.Attempt(client, server, NatsConnectPhase.Tcp, hasId: false);
        Assert.Empty(Find(story).Losses);
    }

    [Fact]
    public void What_servers_and_clients_do_not_report_is_no_loss()
    {
        (ClusterStory story, _, StoryClient client) = Begin();
        story.Journal(client, NatsEventKind.ServerError, entry => entry with { Reason = nameof(NatsServerErrorCode.PermissionsViolation) });
        Assert.Empty(Find(story).Losses);
    }

    private static (ClusterStory Story, StoryServer Server, StoryClient Client) Begin(bool hasJournal = true)
    {
        var story = new ClusterStory();
        StoryServer server = story.Start("n1");
        var client = new StoryClient("c1") { HasJournal = hasJournal };
        story.Connect(client, server);
        story.Pass(60);
        return (story, server, client);
    }

    private static void Reconnect(ClusterStory story, StoryClient client, StoryServer server)
    {
        story.Pass(0.08);
        story.Connect(client, server, TimeSpan.FromMilliseconds(80));
    }

    private static FleetReport Find(ClusterStory story) => Incidents.Find(story.Records);
}
