using System.Text;

namespace Earshot.Connections;

/// <summary>Options that exist for code that sets them and change nothing here: which of them are set to something that will not happen.</summary>
internal static class OptionsWithoutEffect
{
    /// <summary>One line for each, with its name and what is so instead.</summary>
    public static IReadOnlyList<string> Of(NatsOpts opts)
    {
        NatsOpts defaults = NatsOpts.Default;
        (bool IsSet, string Name, string Instead)[] all =
        [
            (opts.RequestReplyMode != defaults.RequestReplyMode, nameof(opts.RequestReplyMode), "all requests of a connection share one inbox subscription"),
            (opts.ReconnectJitter != defaults.ReconnectJitter, nameof(opts.ReconnectJitter), "waits between attempts are random over their whole length"),
            (opts.WaitUntilSent, nameof(opts.WaitUntilSent), "FlushAsync waits until all was sent"),
            (opts.ObjectPoolSize != defaults.ObjectPoolSize, nameof(opts.ObjectPoolSize), "there is no pool of that kind"),
            (opts.ReaderBufferSize != defaults.ReaderBufferSize, nameof(opts.ReaderBufferSize), "the receive buffer grows as it is needed"),
            (!IsUtf8(opts.SubjectEncoding), nameof(opts.SubjectEncoding), "subjects are UTF-8"),
            (!IsUtf8(opts.HeaderEncoding), nameof(opts.HeaderEncoding), "header values are UTF-8"),
            (opts.UseThreadPoolCallback, nameof(opts.UseThreadPoolCallback), "no application code runs on the read loop"),
            (opts.SubscriptionCleanUpInterval != defaults.SubscriptionCleanUpInterval, nameof(opts.SubscriptionCleanUpInterval), "a forgotten subscription ends when it is collected"),
            (opts.PublishTimeoutOnDisconnected, nameof(opts.PublishTimeoutOnDisconnected), "no publish waits longer than CommandTimeout"),
            (opts.SkipSubjectValidation, nameof(opts.SkipSubjectValidation), "subjects are always checked"),
        ];
        return [.. all.Where(option => option.IsSet).Select(option => $"NatsOpts.{option.Name} changes nothing: {option.Instead}")];
    }

    // ASCII is a part of UTF-8.
    private static bool IsUtf8(Encoding encoding) => encoding is UTF8Encoding or ASCIIEncoding;
}
