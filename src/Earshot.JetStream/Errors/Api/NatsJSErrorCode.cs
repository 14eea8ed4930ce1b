namespace Earshot.JetStream;

/// <summary>Specifies error numbers of the JetStream API on which callers commonly decide. A number without a name is valid, too.</summary>
public enum NatsJSErrorCode
{
    /// <summary>There is no error.</summary>
    None = 0,

    /// <summary>A limit of the account is reached.</summary>
    AccountResourcesExceeded = 10002,

    /// <summary>The request is not valid.</summary>
    BadRequest = 10003,

    /// <summary>Too few servers of the cluster are available for the replicas.</summary>
    ClusterNoPeers = 10005,

    /// <summary>JetStream is temporarily not available: no leader, or no quorum.</summary>
    NotAvailable = 10008,

    /// <summary>The consumer cannot be updated in this way.</summary>
    ConsumerCreateFailed = 10012,

    /// <summary>The consumer does not exist.</summary>
    ConsumerNotFound = 10014,

    /// <summary>The server does not have enough resources.</summary>
    InsufficientResources = 10023,

    /// <summary>The JSON of the request is not valid, or has a field that this server does not support.</summary>
    InvalidJson = 10025,

    /// <summary>The stream has reached its limit of consumers.</summary>
    MaximumConsumersLimit = 10026,

    /// <summary>The account has reached its limit of streams.</summary>
    MaximumStreamsLimit = 10027,

    /// <summary>The message does not exist.</summary>
    MessageNotFound = 10037,

    /// <summary>JetStream is not enabled for the account.</summary>
    NotEnabledForAccount = 10039,

    /// <summary>A message with this sequence does not exist.</summary>
    SequenceNotFound = 10043,

    /// <summary>The reservation is larger than the available storage.</summary>
    StorageResourcesExceeded = 10047,

    /// <summary>The configuration of the stream is not valid.</summary>
    StreamInvalidConfig = 10052,

    /// <summary>The message is larger than the stream allows.</summary>
    StreamMessageExceedsMaximum = 10054,

    /// <summary>The name of the stream in the request differs from that of its subject.</summary>
    StreamMismatch = 10056,

    /// <summary>The stream exists with another configuration.</summary>
    StreamNameExist = 10058,

    /// <summary>The stream does not exist.</summary>
    StreamNotFound = 10059,

    /// <summary>The stream of the message is not the expected one.</summary>
    StreamNotMatch = 10060,

    /// <summary>The subjects overlap with those of another stream.</summary>
    StreamSubjectOverlap = 10065,

    /// <summary>The last message id is not the expected one.</summary>
    StreamWrongLastMsgId = 10070,

    /// <summary>The last sequence is not the expected one; the text contains the current one.</summary>
    StreamWrongLastSequence = 10071,

    /// <summary>JetStream is not enabled on the server.</summary>
    NotEnabled = 10076,

    /// <summary>The stream is full and rejects new messages, or could not store the message.</summary>
    StreamStoreFailed = 10077,

    /// <summary>The stream is sealed.</summary>
    StreamSealed = 10109,

    /// <summary>The stream is offline.</summary>
    StreamOffline = 10118,

    /// <summary>The consumer is offline.</summary>
    ConsumerOffline = 10119,

    /// <summary>The consumer exists with another configuration.</summary>
    ConsumerAlreadyExists = 10148,

    /// <summary>The consumer to update does not exist.</summary>
    ConsumerDoesNotExist = 10149,

    /// <summary>A message with this id is being processed.</summary>
    DuplicateInProgress = 10158,

    /// <summary>The stream cannot determine the last sequence of the subject yet.</summary>
    LastSequenceNotReady = 10163,

    /// <summary>The last sequence is not the expected one; the text does not contain the current one.</summary>
    StreamWrongLastSequenceConstant = 10164,

    /// <summary>The time to live of the message is not valid.</summary>
    MessageTtlInvalid = 10165,

    /// <summary>The stream does not allow a time to live of messages.</summary>
    MessageTtlDisabled = 10166,

    /// <summary>The stream is overloaded.</summary>
    TooManyRequests = 10167,

    /// <summary>The request requires a higher API level.</summary>
    RequiredApiLevel = 10185,

    /// <summary>The stream is offline; the text contains the reason.</summary>
    StreamOfflineReason = 10194,

    /// <summary>The consumer is offline; the text contains the reason.</summary>
    ConsumerOfflineReason = 10195,

    /// <summary>The consumer cannot be reset in this way.</summary>
    ConsumerInvalidReset = 10204,

    /// <summary>The limit of open atomic batches is reached.</summary>
    AtomicPublishTooManyInflight = 10210,

    /// <summary>The limit of open fast batches is reached.</summary>
    BatchPublishTooManyInflight = 10211,
}
