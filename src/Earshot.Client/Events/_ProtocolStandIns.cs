// Stand-ins until the protocol project lands; deleted then.
#pragma warning disable CS1591
namespace Earshot;
public class NatsException : Exception { public NatsException(string message) : base(message) { } public NatsException(string message, Exception e) : base(message, e) { } }
public sealed record NatsServerInfo { public string? Id { get; init; } }
public sealed record NatsServerError { public NatsServerErrorCode Code { get; init; } public required string Text { get; init; } public bool ServerCloses { get; init; } public bool Retryable { get; init; } }
public enum NatsServerErrorCode { Unknown }
public enum NatsPermissionOperation { Publish, Subscribe, PublishReply }
public class NatsHeaders { }
