import { basename } from 'node:path';
import { InsufficientMemoryError, type LlamaContext, type LlamaModel } from 'node-llama-cpp';
import type { LoadModelRequest, ModelInfo } from '../../contract/index.js';
import { EngineError } from '../engine-error.js';
import { toTokens } from '../generation/token-ids.js';
import type { GgufHeader } from '../models/gguf/header.js';
import { modelName } from '../models/model-name.js';
import { detectFim } from '../prompt/fim/detect.js';
import { completionRefusal } from './architectures.js';
import type { Backend } from './backend.js';
import { ChatTemplate } from './chat-template.js';
import type { CheckedFile } from './check-file.js';
import { loadPlan, type LoadAttempt } from './load-plan.js';
import { firstThatFits } from './step-down.js';
import { MeasuringContext } from '../measure/measuring-context.js';
import { QualityKeeper } from '../quality/index.js';
import type { LoadedModel } from './loaded-model.js';
import { DraftSources } from '../prompt/draft-sources.js';
import { declaredFim, modelVocabulary } from './vocabulary.js';
import { VramWatch } from './vram.js';

export interface LoadOptions {
  /** When the load began, on the clock of `performance`: checking the file is part of it. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
  /** 0..1 over weights and layouts. */
  readonly onProgress: (progress: number) => void;
  /** 0..1 over layouts that are built later, when a selector first needs them. */
  readonly onColumns: (progress: number) => void;
  /** The last lines llama.cpp logged, for words about a failure. */
  readonly nativeWords: () => string;
}

const weightsShare = 0.7;
const batchSize = 512;

/**
 * Loads a checked model file, giving up GPU layers and context step by step when memory runs out.
 * @throws EngineError `model-*`, `out-of-memory`, `cancelled`
 */
export async function loadModel(
  backend: Backend,
  request: LoadModelRequest,
  { header, sha256 }: CheckedFile,
  options: LoadOptions,
): Promise<LoadedModel> {
  const weights = await loadWeights(backend, request, header, options);
  const { model, context, steps } = weights;
  try {
    const { sequences, sparsity, sparseEngine } = await backend.openContext(context, request.path, {
      layouts: request.sparseLayouts ?? true,
      threads: context.idealThreads,
      linears: header.linears,
      modelSha256: sha256,
      onProgress: (done) => options.onProgress(weightsShare + (1 - weightsShare) * done),
      onColumns: options.onColumns,
      signal: options.signal,
    });
    const vocabulary = modelVocabulary(model);
    const name = `${header.name} ${basename(request.path)} ${header.architecture}`;
    const fim = detectFim(vocabulary, name, declaredFim(model));
    const chat = ChatTemplate.of(model);
    const refusal = completionRefusal(header.architecture);
    const info: ModelInfo = {
      identity: {
        id: request.id,
        path: request.path,
        sha256,
        architecture: header.architecture,
        quantisation: header.quantisation,
      },
      name: modelName(request, header.name),
      parameters: header.parameters,
      layers: layerCount(header),
      contextSize: context.contextSize,
      trainedContextSize: model.trainContextSize,
      weightBytes: model.size,
      extraMemoryBytes: sparsity.extraMemoryBytes,
      gpuLayers: model.gpuLayers,
      fim: fim !== null,
      chat: chat !== null,
      ...(refusal === undefined ? {} : { completionRefused: refusal }),
      selectors: sparsity.selectors,
      stepDowns: steps,
    };
    return {
      info,
      threads: context.idealThreads,
      takeLoadMs: once(performance.now() - options.startedAt),
      vocabulary,
      draftSources: new DraftSources(vocabulary),
      fim,
      chat,
      sequences,
      sparsity,
      quality: new QualityKeeper(),
      vram: new VramWatch(backend.llama),
      measuring:
        sparseEngine === null
          ? null
          : {
              open: (length, profile = sparsity.profile) =>
                MeasuringContext.open({
                  model,
                  engine: sparseEngine,
                  threads: context.idealThreads,
                  length,
                  modelSha256: sha256,
                  profile,
                }),
            },
      detokenize: (ids) => model.detokenize(toTokens(ids)),
      dispose: async () => {
        await sparsity.dispose();
        await context.dispose();
        await model.dispose();
      },
    };
  } catch (error) {
    await context.dispose();
    await model.dispose();
    throw error;
  }
}

function once(value: number): () => number {
  let left = value;
  return () => {
    const told = left;
    left = 0;
    return told;
  };
}

interface Weights {
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly steps: readonly string[];
}

async function loadWeights(
  backend: Backend,
  request: LoadModelRequest,
  header: GgufHeader,
  options: LoadOptions,
): Promise<Weights> {
  const trained = header.metadata.get(`${header.architecture}.context_length`);
  const plan = loadPlan(
    request,
    layerCount(header),
    typeof trained === 'number' ? trained : 0,
    backend.llama.gpu !== false,
  );
  const fitted = await firstThatFits(
    plan,
    (attempt) => tryLoad(backend, request, attempt, options),
    (error) => {
      if (options.signal.aborted) throw new EngineError('cancelled', 'Loading was cancelled.');
      if (isOutOfMemory(error, options.nativeWords())) return true;
      throw loadFailure(request.path, error, options.nativeWords());
    },
  );
  if (fitted !== null) return { ...fitted.loaded, steps: fitted.steps };
  throw new EngineError(
    'out-of-memory',
    `${basename(request.path)} does not fit into memory, not even with the smallest context.`,
    'Close other programs or choose a smaller model.',
  );
}

async function tryLoad(
  { llama }: Backend,
  request: LoadModelRequest,
  attempt: LoadAttempt,
  options: LoadOptions,
): Promise<{ readonly model: LlamaModel; readonly context: LlamaContext }> {
  const model = await llama.loadModel({
    modelPath: request.path,
    ...(attempt.gpuLayers === null ? {} : { gpuLayers: attempt.gpuLayers }),
    loadSignal: options.signal,
    onLoadProgress: (progress) => options.onProgress(progress * weightsShare),
  });
  try {
    const context = await model.createContext({
      sequences: 2,
      contextSize: attempt.contextSize,
      batchSize:
        typeof attempt.contextSize === 'number' ? Math.min(batchSize, attempt.contextSize) : batchSize,
      swaFullCache: true,
      threads: request.threads === undefined || request.threads <= 0 ? llama.cpuMathCores : request.threads,
      createSignal: options.signal,
    });
    return { model, context };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

const layerCount = (header: GgufHeader): number => {
  const count = header.metadata.get(`${header.architecture}.block_count`);
  return typeof count === 'number' ? count : 0;
};

const memoryWords =
  /insufficient memory|not enough (v?ram|memory)|failed to allocate|out of memory|unable to allocate/i;

function isOutOfMemory(error: unknown, nativeWords: string): boolean {
  if (error instanceof InsufficientMemoryError) return true;
  const message = error instanceof Error ? error.message : String(error);
  return memoryWords.test(message) || memoryWords.test(nativeWords);
}

function loadFailure(path: string, error: unknown, nativeWords: string): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const words = nativeWords === '' ? message : `${message} (${nativeWords})`;
  return new EngineError(
    'model-unsupported',
    `${basename(path)} cannot be loaded: ${words}`,
    'Choose another model.',
  );
}
