namespace Earshot.Cli.Messages;

/// <summary>What <c>earshot pub</c> and <c>earshot request</c> send.</summary>
internal sealed record PublishPlan(string Subject, byte[] Payload, NatsHeaders? Headers, int Count, Pace Pace);
