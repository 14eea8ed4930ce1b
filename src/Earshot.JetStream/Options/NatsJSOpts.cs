namespace Earshot.JetStream;

/// <summary>Options of a JetStream context.</summary>
public record NatsJSOpts
{
    private const string DefaultPrefix = "$JS.API";

    /// <summary>Makes the options.</summary>
    /// <param name="opts">The options of the connection.</param>
    /// <param name="apiPrefix">Prefix of the API's subjects. Null: <c>$JS.API</c>. Excludes <paramref name="domain"/>.</param>
    /// <param name="domain">JetStream domain. Null: that of the server the client is connected to.</param>
    /// <param name="ackOpts">Default of acknowledgements.</param>
    /// <param name="requestTimeout">Longest time of one API call. Null: 10 s.</param>
    /// <exception cref="ArgumentException">Both a prefix and a domain, or one that is no subject.</exception>
    public NatsJSOpts(NatsOpts opts, string? apiPrefix = null, string? domain = null, AckOpts? ackOpts = null, TimeSpan? requestTimeout = null)
    {
        ArgumentNullException.ThrowIfNull(opts);
        if (apiPrefix is not null && domain is not null)
        {
            throw new ArgumentException("Either a prefix of the API or a domain can be given, not both.", nameof(domain));
        }

        Prefix = domain is null ? apiPrefix ?? DefaultPrefix : $"$JS.{domain}.API";
        Domain = domain;
        RequestTimeout = requestTimeout ?? TimeSpan.FromSeconds(10);
        DoubleAck = ackOpts?.DoubleAck ?? false;
    }

    /// <summary>Prefix of the API's subjects, <c>$JS.API</c> by default.</summary>
    public string Prefix { get; }

    /// <summary>The same as <see cref="Prefix"/>.</summary>
    public string ApiPrefix => Prefix;

    /// <summary>JetStream domain; null: that of the server the client is connected to.</summary>
    public string? Domain { get; }

    /// <summary>Longest time of one API call, with its retries.</summary>
    public TimeSpan RequestTimeout { get; }

    /// <summary>Wait for the server's confirmation of each ack, unless the ack's own options say otherwise.</summary>
    public bool DoubleAck { get; init; }

    /// <summary>
    /// Compare the server's answer with the configuration when a stream or consumer is created or updated, and throw
    /// <see cref="NatsJSFeatureNotSupportedException"/> where the server has ignored a part of it. On by default.
    /// </summary>
    public bool VerifyEcho { get; init; } = true;

    /// <summary>
    /// Longest time of one publish, with its retries, unless <see cref="NatsPubOpts.Timeout"/> says otherwise. Default: 15 s, because the
    /// election of a new leader takes up to 11 s.
    /// </summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A list whose token is cancelled after its first page throws; else it ends there. Default: it ends.</summary>
    public bool ThrowOnListCancellation { get; init; }

    /// <summary>Defaults of a consume.</summary>
    public NatsJSConsumeOpts DefaultConsumeOpts { get; init; } = new();

    /// <summary>Defaults of reading one message.</summary>
    public NatsJSNextOpts DefaultNextOpts { get; init; } = new();
}
