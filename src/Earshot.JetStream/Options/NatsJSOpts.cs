namespace Earshot.JetStream;

/// <summary>Options of a JetStream context.</summary>
public record NatsJSOpts
{
    private const string DefaultPrefix = "$JS.API";

    /// <summary>Initializes the options of a context.</summary>
    /// <param name="opts">The options of the connection.</param>
    /// <param name="apiPrefix">The prefix of the API's subjects. Null: <c>$JS.API</c>. Mutually exclusive with <paramref name="domain"/>.</param>
    /// <param name="domain">The JetStream domain. Null: the domain of the connected server.</param>
    /// <param name="ackOpts">The defaults of acknowledgements. Null: no confirmation.</param>
    /// <param name="requestTimeout">The timeout of one API call, with its retries. Null: 10 s.</param>
    /// <exception cref="ArgumentException">Both a prefix and a domain are given, or one of them is not a valid subject.</exception>
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

    /// <summary>The prefix of the API's subjects. Default: <c>$JS.API</c>.</summary>
    public string Prefix { get; }

    /// <summary>The same value as <see cref="Prefix"/>.</summary>
    public string ApiPrefix => Prefix;

    /// <summary>The JetStream domain; null for the domain of the connected server.</summary>
    public string? Domain { get; }

    /// <summary>The timeout of one API call, with its retries. Default: 10 s.</summary>
    public TimeSpan RequestTimeout { get; }

    /// <summary>Whether to wait for the server's confirmation of each ack, unless <see cref="AckOpts.DoubleAck"/> is set. Default: false.</summary>
    public bool DoubleAck { get; init; }

    /// <summary>
    /// Whether the server's response to the creation or update of a stream or consumer is compared with the requested configuration, and
    /// <see cref="NatsJSFeatureNotSupportedException"/> is thrown when the server ignored a part of it. Default: true.
    /// </summary>
    public bool VerifyEcho { get; init; } = true;

    /// <summary>
    /// The timeout of one publish, with its retries, unless <see cref="NatsPubOpts.Timeout"/> is set. Default: 15 s, because the
    /// election of a new leader takes up to 11 s.
    /// </summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether a list throws when its token is cancelled after the first page. Default: false, the list ends.</summary>
    public bool ThrowOnListCancellation { get; init; }

    /// <summary>The default options of a consume.</summary>
    public NatsJSConsumeOpts DefaultConsumeOpts { get; init; } = new();

    /// <summary>The default options of a read of one message.</summary>
    public NatsJSNextOpts DefaultNextOpts { get; init; } = new();
}
