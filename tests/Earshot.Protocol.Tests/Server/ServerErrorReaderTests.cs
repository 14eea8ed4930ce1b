using Xunit;
using static Earshot.NatsServerErrorCode;
using static Earshot.NatsServerErrorScope;

namespace Earshot.Protocol.Tests;

public class ServerErrorReaderTests
{
    public static TheoryData<string, NatsServerErrorCode, bool, bool, NatsServerErrorScope> Texts => new()
    {
        { "Authentication Timeout", AuthenticationTimeout, true, true, Connection },
        { "Authorization Timeout", AuthenticationTimeout, true, true, Connection },
        { "Authorization Violation", AuthorizationViolation, true, false, Connection },
        { "User Authentication Expired", UserAuthenticationExpired, true, false, Connection },
        { "Account Authentication Expired", AccountAuthenticationExpired, true, false, Connection },
        { "User Authentication Revoked", UserAuthenticationRevoked, true, false, Connection },
        { "maximum connections exceeded", MaximumConnectionsExceeded, true, true, Connection },
        { "Connection throttling is active. Please try again later.", ConnectionThrottled, true, true, Connection },
        { "maximum account active connections exceeded", MaximumAccountConnectionsExceeded, true, true, Connection },
        { "Failed Account Registration", FailedAccountRegistration, false, true, Connection },
        { "invalid client protocol", InvalidClientProtocol, true, false, Connection },
        { "no responders requires headers support", NoRespondersRequiresHeaders, true, false, Connection },
        { "Secure Connection - TLS Required", TlsRequired, true, false, Connection },
        { "Maximum Payload Violation", MaximumPayloadViolation, true, true, Connection },
        { "maximum control line exceeded", MaximumControlLineExceeded, true, false, Connection },
        { "Unknown Protocol Operation", UnknownProtocolOperation, true, false, Connection },
        { "maximum subscriptions exceeded", MaximumSubscriptionsExceeded, false, true, Subscription },
        { "Permissions Violation for Publish to \"S\"", PermissionsViolation, false, false, Message },
        { "Permissions Violation for Publish with Reply of \"R\"", PermissionsViolation, false, false, Message },
        { "Permissions Violation for Subscription to \"S\"", PermissionsViolation, false, false, Subscription },
        { "Invalid Subject", InvalidSubject, false, false, Subscription },
        { "Invalid Publish Subject", InvalidPublishSubject, false, false, Message },
        { "Stale Connection", StaleConnection, true, true, Connection },
        { "attempted to connect to route port", Unknown, true, false, Connection },
        { "attempted to connect to leaf node port", Unknown, true, false, Connection },
        { "attempted to connect to gateway port", Unknown, true, false, Connection },
        { "something new", Unknown, false, true, Connection },
        { "", Unknown, false, true, Connection },
    };

    public static TheoryData<string, NatsPermissionOperation?, string?, string?, string?> Permissions => new()
    {
        { "for Publish to \"foo.bar\"", NatsPermissionOperation.Publish, "foo.bar", null, null },
        { "for Publish with Reply of \"$JS.ACK.x\"", NatsPermissionOperation.PublishReply, "$JS.ACK.x", null, null },
        { "for Subscription to \"foo.>\"", NatsPermissionOperation.Subscribe, "foo.>", null, null },
        { "for Subscription to \"S\" using queue \"Q\"", NatsPermissionOperation.Subscribe, "S", "Q", null },
        { "for Subscription to \"a.b.c\", too many tokens", NatsPermissionOperation.Subscribe, "a.b.c", null, null },
        { "for Subscription to \"S\" (sid \"7\")", NatsPermissionOperation.Subscribe, "S", null, "7" },
        { "for Subscription to \"S\" using queue \"Q\" (sid \"7\")", NatsPermissionOperation.Subscribe, "S", "Q", "7" },
        { "for subscription TO \"S\" Using Queue \"Q\"", NatsPermissionOperation.Subscribe, "S", "Q", null },
        { "for Publish to \"a\\\"b\\\\c\\n\\t\\a\\b\\f\\r\\v\"", NatsPermissionOperation.Publish, "a\"b\\c\n\t\a\b\f\r\v", null, null },
        { "for Publish to \"\\x00\\xc3\\xa9\\u20ac\\U0001f600\u00e9\"", NatsPermissionOperation.Publish, "\0\u00e9\u20ac\ud83d\ude00\u00e9", null, null },
        { "for Publish to \"\\xff\\ud800\\U99999999\"", NatsPermissionOperation.Publish, "\ufffd\ufffd\ufffd", null, null },
        { "for Publish to \"it's 'x' (sid \\\"9\\\")\"", NatsPermissionOperation.Publish, "it's 'x' (sid \"9\")", null, null },
        { "for Publish to foo", NatsPermissionOperation.Publish, "foo", null, null },
        { "for Subscription to foo using queue q (sid \"1\")", NatsPermissionOperation.Subscribe, "foo", "q", "1" },
        { "for Publish to \"foo", NatsPermissionOperation.Publish, null, null, null },
        { "for Publish to \"foo\\", NatsPermissionOperation.Publish, null, null, null },
        { "for Publish to \"\\x4\\q\"", NatsPermissionOperation.Publish, "x4q", null, null },
        { "for Publish to ", NatsPermissionOperation.Publish, null, null, null },
        { "for Publish to  x", NatsPermissionOperation.Publish, null, null, null },
        { "for Something else", null, null, null, null },
        { "", null, null, null, null },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_text_of_the_server_has_its_code_and_columns(string text, NatsServerErrorCode code, bool closes, bool retryable, NatsServerErrorScope scope)
    {
        foreach (string? spelled in new[] { text, text.ToUpperInvariant(), text.ToLowerInvariant() })
        {
            NatsServerError error = ServerErrorReader.Parse(spelled);
            Assert.Equal((code, closes, retryable, scope), (error.Code, error.ServerCloses, error.Retryable, error.Scope));
            Assert.Equal(spelled, error.Text);
        }
    }

    [Theory]
    [MemberData(nameof(Permissions))]
    public void A_permissions_violation_names_what_it_is_about(string text, NatsPermissionOperation? operation, string? subject, string? queueGroup, string? sid)
    {
        NatsServerError error = ServerErrorReader.Parse($"Permissions Violation {text}");

        Assert.Equal(PermissionsViolation, error.Code);
        Assert.Equal((operation, subject, queueGroup, sid), (error.Operation, error.Subject, error.QueueGroup, error.Sid));
    }

    [Fact]
    public void The_text_of_an_error_is_its_code_and_what_the_server_said() =>
        Assert.Equal("StaleConnection: Stale Connection", ServerErrorReader.Parse("Stale Connection").ToString());

    [Theory]
    [InlineData("for Publish to \"S\" using queue q", "q", null)]
    [InlineData("for Publish to \"S\" (sid 7)", null, "7)")]
    [InlineData("for Subscription to \"S\" using queue ", null, null)]
    [InlineData("for Subscription to \"S\" using queue \"Q", null, null)]
    [InlineData("for Subscription to \"S\" (sid \"7", null, null)]
    [InlineData("for Subscription to \"S\" (sid ", null, null)]
    public void What_is_cut_or_not_quoted_is_read_as_far_as_it_can_be(string text, string? queueGroup, string? sid)
    {
        NatsServerError error = ServerErrorReader.Parse($"Permissions Violation {text}");
        Assert.Equal(("S", queueGroup, sid), (error.Subject, error.QueueGroup, error.Sid));
    }

    [Fact]
    public void A_cut_text_never_throws()
    {
        const string Text = "Permissions Violation for Subscription to \"a\\u20ac\\x41\\U0001f600\" using queue \"Q\\n\" (sid \"7\")";
        for (int length = 0; length <= Text.Length; length++)
        {
            Assert.Equal(Text[..length], ServerErrorReader.Parse(Text[..length]).Text);
        }
    }

    [Fact]
    public void Every_code_has_a_text_that_leads_to_it() =>
        Assert.Equal(Enum.GetValues<NatsServerErrorCode>().ToHashSet(), [.. Texts.Select(row => row.Data.Item2)]);
}
