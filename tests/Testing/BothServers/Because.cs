namespace Earshot.Testing;

/// <summary>Why a test is not run on the server inside the process. Every other test runs on both.</summary>
internal enum Because
{
    /// <summary>It needs a configuration file or its reload, a log, or a separate process; or settings that the in-process server does not have.</summary>
    ItNeedsAServerProcess,

    /// <summary>It uses a part of the server that is not there in process, such as traces of messages.</summary>
    ItNeedsWhatOnlyTheRealOneHas,

    /// <summary>It wants the oldest nats-server that is supported.</summary>
    ItNeedsAnOldServer,

    /// <summary>It compares with bytes that were recorded from nats-server.</summary>
    ItLooksAtTheRealBytes,

    /// <summary>Its server is a script, so neither of the two is used.</summary>
    ItAsksNoServer,

    /// <summary>It counts the allocations of the process, and those of the in-process server would be among them.</summary>
    ItCountsAllocations,

    /// <summary>It uses mirrors, sources, subject transforms or republished messages, which the in-process JetStream refuses.</summary>
    ItNeedsMirrorsOrSources,

    /// <summary>It uses several servers: a cluster, or a leaf node with a domain.</summary>
    ItNeedsSeveralServers,
}
