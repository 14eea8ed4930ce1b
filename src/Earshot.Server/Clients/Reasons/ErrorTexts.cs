using Earshot.Protocol;

namespace Earshot.Server.Clients;

/// <summary>The texts of -ERR, identical to those of nats-server 2.15.1, because clients distinguish errors by them.</summary>
internal static class ErrorTexts
{
    public const string AuthenticationTimeout = "Authentication Timeout";
    public const string AuthorizationViolation = "Authorization Violation";
    public const string UserAuthenticationExpired = "User Authentication Expired";
    public const string UserAuthenticationRevoked = "User Authentication Revoked";
    public const string MaxConnectionsExceeded = "maximum connections exceeded";
    public const string Throttled = "Connection throttling is active. Please try again later.";
    public const string MaxAccountConnectionsExceeded = "maximum account active connections exceeded";
    public const string InvalidClientProtocol = "invalid client protocol";
    public const string NoRespondersRequiresHeaders = "no responders requires headers support";
    public const string MaxPayloadViolation = "Maximum Payload Violation";
    public const string MaxControlLineExceeded = "maximum control line exceeded";
    public const string UnknownOperation = "Unknown Protocol Operation";
    public const string MaxSubscriptionsExceeded = "maximum subscriptions exceeded";
    public const string InvalidSubject = "Invalid Subject";
    public const string InvalidPublishSubject = "Invalid Publish Subject";
    public const string StaleConnection = "Stale Connection";

    public static string PublishViolation(ReadOnlySpan<byte> subject) =>
        $"Permissions Violation for Publish to {GoQuotedString.Quote(subject)}";

    public static string ReplyViolation(ReadOnlySpan<byte> replyTo) =>
        $"Permissions Violation for Publish with Reply of {GoQuotedString.Quote(replyTo)}";

    public static string SubscribeViolation(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> queue) =>
        $"Permissions Violation for Subscription to {GoQuotedString.Quote(subject)}" + (queue.IsEmpty ? "" : $" using queue {GoQuotedString.Quote(queue)}");

    public static string TooManyTokens(ReadOnlySpan<byte> subject) =>
        $"Permissions Violation for Subscription to {GoQuotedString.Quote(subject)}, too many tokens";

    /// <summary>Of a subscription that loses its permission while it exists.</summary>
    public static string SubscriptionRevoked(Subscription subscription) =>
        $"{SubscribeViolation(subscription.Subject, subscription.Queue)} (sid {GoQuotedString.Quote(subscription.Sid)})";
}
