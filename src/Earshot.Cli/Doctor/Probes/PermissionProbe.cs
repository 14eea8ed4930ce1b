using Earshot.Cli.Shell;

namespace Earshot.Cli.Doctor;

/// <summary>Tries permissions, only those that were asked for: a message that is published reaches its subscribers.</summary>
internal sealed class PermissionProbe(ProbePlan plan, Examination examination)
{
    public async Task RunAsync(NatsConnection connection, CancellationToken cancellationToken)
    {
        if (plan.PublishSubject is { } published)
        {
            long start = plan.Time.GetTimestamp();
            examination.Begin("publish", $"publishing an empty message to {published}");
            await connection.PublishAsync(published, cancellationToken: cancellationToken).ConfigureAwait(false);
            await connection.PingAsync(cancellationToken).ConfigureAwait(false);
            Report("publish", plan.Time.GetElapsedTime(start), Denial(connection, NatsPermissionOperation.Publish), published, $"published an empty message to {published}");
        }

        if (plan.SubscribeSubject is { } subscribed)
        {
            long start = plan.Time.GetTimestamp();
            examination.Begin("subscribe", $"subscribing to {subscribed}");
            INatsSub<byte[]> subscription = await connection.SubscribeCoreAsync<byte[]>(subscribed, cancellationToken: cancellationToken).ConfigureAwait(false);
            await using (subscription.ConfigureAwait(false))
            {
                await connection.PingAsync(cancellationToken).ConfigureAwait(false);
                Report("subscribe", plan.Time.GetElapsedTime(start), Denial(connection, NatsPermissionOperation.Subscribe), subscribed, $"subscribed to {subscribed}");
            }
        }
    }

    // The server answers in order: what it denies arrives before the PONG, and nothing else was sent that it could deny.
    private static string? Denial(NatsConnection connection, NatsPermissionOperation operation) =>
        connection.Events.ToList().OfType<NatsPermissionViolationEvent>().LastOrDefault(e => e.Operation == operation)?.Text;

    private void Report(string name, TimeSpan duration, string? denial, string subject, string success)
    {
        if (denial is null)
        {
            examination.Ok(name, duration, success);
            return;
        }

        examination.Fail(name, duration, new Finding(
            ExitCode.Permission, $"{name}Denied", $"the server says: {denial}", $"The user may not {name} to '{subject}': add the subject to the {name} permissions of the user."));
    }
}
